/** Rules as operators ship them, held against objects in every way there is to write one. */

import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../../engine/engine.ts';
import { definitions } from '../../../../../protocol/custom/definition.ts';
import { formatFieldError } from '../../../../../protocol/field-errors.ts';
import { etcd } from '../../../etcd/actor.ts';
import { apiserver } from '../../actor.ts';
import { World } from '../../testing/world.ts';
import { cronTab, cronTabs } from '../testing/definitions.ts';
import { ruleVerdict } from './rule-errors.ts';

const resource = 'crontabs.stable.example.com';
const within = { resource, namespace: 'default' };
const a = { ...within, name: 'a' };
const text = { type: 'string', maxLength: 64 };
const int = { type: 'integer' };

let world: World;
beforeEach(() => {
  world = new World(new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true }));
});

type Rule = Record<string, unknown>;
const rules = (...all: (string | Rule)[]) => ({
  'x-kubernetes-validations': all.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
/** Items that are told apart by their names. */
const named = (schema: object) => ({ ...schema, required: ['name'] });
const fields = (properties: object, ...all: (string | Rule)[]) => ({ type: 'object', properties, ...rules(...all) });

function crd(spec: object, status: object = { type: 'object' }, root: object = {}) {
  const schema = { type: 'object', properties: { spec, status }, ...root };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } };
  return cronTabs({ versions: [{ ...version, subresources: { status: {} } }] });
}

function define(...parts: Parameters<typeof crd>): void {
  world.create(definitions, crd(...parts));
  world.engine.runFor(500);
}

const head = 'CronTab.stable.example.com "a" is invalid: ';
const object = (spec: object) => ({ ...cronTab('a'), spec });
const make = (spec: object) => world.do('object.create', { ...within, object: object(spec) });
const refusedMake = (spec: object) => world.refused('object.create', { ...within, object: object(spec) });
const merge = (spec: object) => ({ ...a, patchType: 'merge', patch: { spec } });
const refusal = (spec: object) => (refusedMake(spec).message ?? '').replace(head, '');

describe('an object that breaks a rule', () => {
  it('is refused in its message, or the words of the rule', () => {
    define(fields({ min: int, max: int, replicas: int }, 'self.min <= self.replicas', {
      rule: 'self.replicas <= self.max',
      message: ' replicas must not exceed max ',
    }));
    const status = refusedMake({ min: 3, max: 1, replicas: 2 });
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(status.message).toBe(
      `${head}[spec: Invalid value: "object": failed rule: self.min <= self.replicas, spec: Invalid value: "object": replicas must not exceed max]`,
    );
    expect(status.details?.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "object": failed rule: self.min <= self.replicas',
        field: 'spec',
      },
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "object": replicas must not exceed max',
        field: 'spec',
      },
    ]);
    expect(make({ min: 1, max: 3, replicas: 2 }).code).toBe(201);
  });

  it('says of the root nothing but that it is there', () => {
    define({ type: 'object', properties: { x: int } }, undefined, rules("self.metadata.name.startsWith('b')"));
    expect(refusal({ x: 1 })).toBe(`<nil>: Invalid value: "object": failed rule: self.metadata.name.startsWith('b')`);
  });

  it('is refused with the reason and the place that the rule names', () => {
    const spec = fields(
      { mode: text, tls: fields({ secret: text }), 'a.b': text },
      {
        rule: "self.mode != 'tls' || has(self.tls.secret)",
        reason: 'FieldValueRequired',
        fieldPath: '.tls.secret',
        message: 'needed',
      },
      { rule: "self.mode != 'off'", reason: 'FieldValueForbidden', fieldPath: '.mode', message: 'cannot be off' },
      { rule: "self.mode != 'twice'", reason: 'FieldValueDuplicate', fieldPath: '.mode' },
      { rule: "self.mode != 'odd'", fieldPath: "['a.b']", messageExpression: "'mode is ' + self.mode" },
    );
    define(spec);
    expect(refusal({ mode: 'tls', tls: {} })).toBe('spec.tls.secret: Required value: needed');
    expect(refusal({ mode: 'off' })).toBe('spec.mode: Forbidden: cannot be off');
    expect(refusal({ mode: 'twice' })).toBe('spec.mode: Duplicate value: "object"');
    expect(refusal({ mode: 'odd' })).toBe('spec.a.b: Invalid value: "object": mode is odd');
  });

  it('is refused where the rule cannot be worked out', () => {
    define(fields({ port: { 'x-kubernetes-int-or-string': true }, opt: text }, 'self.port > 0', "self.opt != ''"));
    expect(refusal({ port: 'http', opt: 'x' })).toBe(
      `spec: Invalid value: "object": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.port > 0`,
    );
    expect(refusal({ port: 80 })).toBe(
      `spec: Invalid value: "object": no such key: opt evaluating rule: self.opt != ''`,
    );
  });

  it('is only held to them once its form is right', () => {
    define(fields({ n: { ...int } }, 'self.n > 5'));
    expect(refusal({ n: 'x' })).toBe(
      '[spec.n: Invalid value: "string": spec.n in body must be of type integer: "string", <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
    );
  });
});

describe('rules stand anywhere in a schema', () => {
  it('on items, on the values of maps and on plain values', () => {
    define(fields({
      ports: {
        type: 'array',
        items: fields({ port: { ...int, ...rules('self > 0 && self < 65536') } }, 'self.port != 22'),
      },
      hosts: { type: 'object', additionalProperties: { ...text, ...rules("!self.startsWith('*')") } },
      namespace: { ...text, ...rules({ rule: "self != 'kube-system'", message: 'not there' }) },
    }));
    expect(refusal({ ports: [{ port: 80 }, { port: 22 }, { port: 0 }] })).toBe(
      '[spec.ports[1]: Invalid value: "object": failed rule: self.port != 22, spec.ports[2].port: Invalid value: "integer": failed rule: self > 0 && self < 65536]',
    );
    expect(refusal({ hosts: { x: '*.a' }, namespace: 'kube-system' })).toBe(
      `[spec.hosts[x]: Invalid value: "string": failed rule: !self.startsWith('*'), spec.namespace: Invalid value: "string": not there]`,
    );
  });

  it('as the Gateway API has them: names, ports and filters of routes', () => {
    const filter = fields(
      { type: text, headers: { type: 'object' }, mirror: { type: 'object' } },
      {
        rule: "!(has(self.headers) && self.type != 'Headers')",
        message: 'headers must be nil unless the type is Headers',
      },
      {
        rule: "!(!has(self.headers) && self.type == 'Headers')",
        message: 'headers must be given for the type Headers',
      },
    );
    const listeners = {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: named(
        fields({
          name: text,
          port: int,
          protocol: text,
          hostname: text,
          filters: { type: 'array', maxItems: 8, items: filter },
        }),
      ),
      ...rules(
        {
          rule: 'self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol))',
          message: 'port and protocol must be unique',
        },
        {
          rule: "self.all(l, l.protocol in ['TCP', 'UDP'] ? (!has(l.hostname) || l.hostname == '') : true)",
          message: 'no hostname for TCP and UDP',
        },
      ),
    };
    define(fields({ listeners }));
    const listener = (name: string, more: object = {}) => ({ name, port: 80, protocol: 'HTTP', ...more });
    expect(refusal({ listeners: [listener('a'), listener('b')] })).toBe(
      'spec.listeners: Invalid value: "array": port and protocol must be unique',
    );
    expect(refusal({ listeners: [listener('a', { protocol: 'TCP', hostname: 'x' })] })).toBe(
      'spec.listeners: Invalid value: "array": no hostname for TCP and UDP',
    );
    expect(refusal({ listeners: [listener('a', { filters: [{ type: 'Headers' }] })] })).toBe(
      'spec.listeners[0].filters[0]: Invalid value: "object": headers must be given for the type Headers',
    );
    expect(make({ listeners: [listener('a'), listener('b', { port: 81 })] }).code).toBe(201);
  });

  it('as cert-manager and Istio write them: one of several, spans of time, ports by number or name', () => {
    define(fields(
      {
        acme: { type: 'object' },
        ca: { type: 'object' },
        duration: { type: 'string', format: 'duration' },
        renewBefore: { type: 'string', format: 'duration' },
        targets: {
          type: 'array',
          maxItems: 4,
          items: fields(
            { port: { 'x-kubernetes-int-or-string': true } },
            {
              rule: "type(self.port) == int ? self.port <= 65535 : self.port.matches('^[a-z][a-z0-9-]*$')",
              messageExpression: "'bad port ' + string(self.port)",
            },
          ),
        },
      },
      { rule: '[has(self.acme), has(self.ca)].filter(x, x).size() == 1', message: 'exactly one issuer' },
      { rule: '!has(self.renewBefore) || self.renewBefore < self.duration', message: 'renew before it ends' },
    ));
    expect(refusal({})).toBe('spec: Invalid value: "object": exactly one issuer');
    expect(refusal({ ca: {}, duration: '1h', renewBefore: '90m' })).toBe(
      'spec: Invalid value: "object": renew before it ends',
    );
    expect(refusal({ ca: {}, targets: [{ port: 'http' }, { port: 70000 }] })).toContain('spec.targets[1]');
    expect(make({ ca: {}, duration: '2h', renewBefore: '30m', targets: [{ port: 'http' }] }).code).toBe(201);
  });
});

describe('a rule about what was before', () => {
  const immutable = { rule: 'self == oldSelf', message: 'Value is immutable' };

  it('holds for updates by patch, replace and apply, and not for creations', () => {
    define(fields({ class: { ...text, ...rules(immutable) }, x: int }));
    expect(make({ class: 'one', x: 1 }).code).toBe(201);
    const want = `${head}spec.class: Invalid value: "string": Value is immutable`;
    expect(world.refused('object.patch', merge({ class: 'two' })).message).toBe(want);
    const patch = [{ op: 'replace', path: '/spec/class', value: 'two' }];
    expect(world.refused('object.patch', { ...a, patchType: 'json', patch }).message).toBe(want);
    const stored = world.do('object.get', a).object;
    const other = { ...stored, spec: { ...stored.spec, class: 'two' } };
    expect(world.refused('object.replace', { ...a, object: other }).message).toBe(want);
    const config = {
      apiVersion: 'stable.example.com/v1',
      kind: 'CronTab',
      metadata: { name: 'a' },
      spec: { class: 'two' },
    };
    const apply = { ...a, patchType: 'apply', patch: config, fieldManager: 'm', force: true };
    expect(world.refused('object.patch', apply).message).toBe(want);
    expect(world.do('object.patch', merge({ x: 2 })).object.spec).toEqual({ class: 'one', x: 2 });
  });

  it('knows the items of a list by their keys, and what is new it does not hold for', () => {
    const shrinks = { rule: 'self.size >= oldSelf.size', message: 'must not shrink' };
    const items = named(fields({ name: text, size: int }, shrinks));
    define(fields({
      disks: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items },
    }));
    make({
      disks: [
        { name: 'x', size: 5 },
        { name: 'y', size: 5 },
      ],
    });
    expect(
      world.refused(
        'object.patch',
        merge({
          disks: [
            { name: 'z', size: 1 },
            { name: 'x', size: 4 },
          ],
        }),
      ).message,
    ).toBe(`${head}spec.disks[1]: Invalid value: "object": must not shrink`);
    expect(
      world.do(
        'object.patch',
        merge({
          disks: [
            { name: 'z', size: 1 },
            { name: 'x', size: 6 },
          ],
        }),
      ).code,
    ).toBe(200);
  });

  it('with optionalOldSelf also holds where nothing was before', () => {
    define(fields({
      x: {
        ...int,
        ...rules({ rule: 'oldSelf.hasValue() ? self > oldSelf.value() : self == 1', optionalOldSelf: true }),
      },
    }));
    expect(refusal({ x: 2 })).toContain('failed rule: oldSelf.hasValue() ?');
    expect(make({ x: 1 }).code).toBe(201);
    expect(world.refused('object.patch', merge({ x: 0 })).message).toContain('failed rule');
  });

  it('holds for the status too, as do all other rules', () => {
    define(
      fields({ max: int }),
      fields({ ready: { ...int, ...rules({ rule: 'self >= oldSelf', message: 'never less' }) } }),
      rules({
        rule: '!has(self.status) || !has(self.status.ready) || self.status.ready <= self.spec.max',
        message: 'too many',
      }),
    );
    make({ max: 3 });
    const status = (ready: number) => ({
      ...a,
      subresource: 'status',
      patchType: 'merge',
      patch: { status: { ready } },
    });
    expect(world.refused('object.patch', status(4)).message).toBe(`${head}<nil>: Invalid value: "object": too many`);
    expect(world.do('object.patch', status(2)).code).toBe(200);
    expect(world.refused('object.patch', status(1)).message).toBe(
      `${head}status.ready: Invalid value: "integer": never less`,
    );
  });
});

describe('what was wrong before the rule came', () => {
  it('may stay as it is, with a warning, but not change to something wrong', () => {
    define(fields({ class: text, x: int }));
    make({ class: 'old', x: 1 });
    const after = crd(
      fields({ class: { ...text, ...rules({ rule: "self == 'new'", message: 'must be new' }) }, x: int }),
    );
    const stored = world.do('object.get', { resource: definitions, name: after.metadata.name }).object;
    world.do('object.replace', {
      resource: definitions,
      name: after.metadata.name,
      object: { ...stored, spec: after.spec },
    });
    world.engine.runFor(500);
    const got = world.do('object.patch', merge({ x: 2 }));
    expect(got.object.spec).toEqual({ class: 'old', x: 2 });
    expect(got.warnings).toEqual(['spec.class: Invalid value: "string": must be new']);
    expect(world.refused('object.patch', merge({ class: 'older' })).message).toBe(
      `${head}spec.class: Invalid value: "string": must be new`,
    );
  });
});

describe('rules that cost too much', () => {
  const list = (...all: (string | Rule)[]) => ({
    type: 'object',
    properties: { l: { type: 'array', items: int, ...rules(...all) } },
  });
  const value = { l: Array.from({ length: 100_000 }, (_, i) => i) };
  const told = (schema: object) => ruleVerdict(value, schema).errors.map(formatFieldError);

  it('are stopped, and with them all that come after', () => {
    expect(told(list('self.all(x, self.all(y, x + y >= 0))', 'false'))).toEqual([
      `l: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.all(x, self.all(y, x + y >= 0))`,
    ]);
  });

  it('together, are stopped too', () => {
    const one = 'self.all(x, x >= 0)';
    expect(told(list(...Array.from({ length: 20 }, () => one)))).toEqual([
      'l: Invalid value: "array": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
    expect(told(list(one))).toEqual([]);
  });
});
