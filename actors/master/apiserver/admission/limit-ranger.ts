/** What a namespace's LimitRanges give to containers that ask for nothing, and what they refuse (LimitRanger). */

import type * as core from 'kubernetes-types/core/v1.js';
import { copyWith } from '../../../../protocol/copy.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Container, KubernetesObject, Pod, PodSpec, Status } from '../../../../protocol/objects.ts';
import { isSidecar } from '../../../../protocol/pod-resources.ts';
import type { Quantity } from '../../../../protocol/quantity.ts';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
} from '../../../../protocol/quantity.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { nameForRefusal } from './naming.ts';

/** A LimitRange, as stored. */
export type LimitRange = Omit<core.LimitRange, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Amounts = Readonly<Record<string, string>>;

const annotation = 'kubernetes.io/limit-ranger';
const nothing: readonly LimitRange[] = [];

/** Gives the limit ranges of a namespace; most clusters have none at all. */
export function limitRangesIn(memory: Pick<Memory, 'caches'>, namespace: string): readonly LimitRange[] {
  const { entries } = cacheOf(memory, 'limitranges');
  if (entries.size === 0) return nothing;
  const own = [...entries.values()].filter(({ object }) => object.metadata.namespace === namespace);
  return own.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ object }) => object as LimitRange);
}

/** What a spec was made of by limit ranges: all pods of a controller come with one. */
interface Limited {
  readonly ranges: readonly LimitRange[];
  readonly spec: PodSpec;
  /** What was set, as the annotation says it. */
  readonly set: string;
}

const limited = new WeakMap<PodSpec, Limited>();

/** Gives a pod's containers what the limit ranges say, where they ask for nothing themselves. */
export function applyLimitDefaults(pod: Pod, ranges: readonly LimitRange[]): Pod {
  if (ranges.length === 0) return pod;
  const known = limited.get(pod.spec);
  const made = known !== undefined && areSame(known.ranges, ranges) ? known : limit(pod.spec, ranges);
  limited.set(pod.spec, made);
  if (made.set === '') return pod;
  const annotations = { ...pod.metadata.annotations, [annotation]: made.set };
  return withMeta(copyWith(pod, { spec: made.spec }), { annotations });
}

function areSame(a: readonly LimitRange[], b: readonly LimitRange[]): boolean {
  return a.length === b.length && a.every((range, i) => range === b[i]);
}

function limit(given: PodSpec, ranges: readonly LimitRange[]): Limited {
  let spec = given;
  let set = '';
  for (const { spec: range } of ranges) {
    const defaults = defaultsOf(range?.limits ?? []);
    const notes: string[] = [];
    const fill = (kind: string) => (container: Container) => withDefaults(container, defaults, kind, notes);
    const containers = spec.containers.map(fill('container'));
    const initContainers = spec.initContainers?.map(fill('init container'));
    if (notes.length === 0) continue;
    spec = copyWith(spec, initContainers === undefined ? { containers } : { containers, initContainers });
    set = `LimitRanger plugin set: ${notes.join('; ')}`;
  }
  return { ranges, spec, set };
}

function defaultsOf(limits: readonly core.LimitRangeItem[]): { requests: Amounts; limits: Amounts } {
  const own = limits.filter(({ type }) => type === 'Container');
  return {
    requests: Object.assign({}, ...own.map(({ defaultRequest }) => defaultRequest)),
    limits: Object.assign({}, ...own.map((item) => item.default)),
  };
}

function withDefaults(
  container: Container,
  defaults: { requests: Amounts; limits: Amounts },
  kind: string,
  notes: string[],
): Container {
  const resources = container.resources ?? {};
  const added = (which: 'requests' | 'limits') => {
    const missing = Object.keys(defaults[which]).filter((name) => resources[which]?.[name] === undefined);
    if (missing.length > 0) {
      notes.push(`${missing.sort().join(', ')} ${which.slice(0, -1)} for ${kind} ${container.name}`);
    }
    return missing.length === 0 ? {} : { [which]: { ...defaults[which], ...resources[which] } };
  };
  // Told in this order by Kubernetes too.
  const [requests, limits] = [added('requests'), added('limits')];
  if (Object.keys(requests).length + Object.keys(limits).length === 0) return container;
  return copyWith(container, { resources: { ...resources, ...limits, ...requests } });
}

/** Refuses a pod or claim that is outside what the limit ranges allow; undefined where it may be. */
export function limitRefusal(object: KubernetesObject, ranges: readonly LimitRange[]): Status | undefined {
  for (const { spec } of ranges) {
    const problems = (spec?.limits ?? []).flatMap((item) => problemsOf(object, item));
    const [first] = problems;
    if (first === undefined) continue;
    const resource = object.kind === 'Pod' ? 'pods' : 'persistentvolumeclaims';
    const whole = [...new Set(problems)];
    return failure.forbidden(resource, nameForRefusal(object), whole.length === 1 ? first : `[${whole.join(', ')}]`);
  }
  return undefined;
}

function problemsOf(object: KubernetesObject, item: core.LimitRangeItem): string[] {
  if (object.kind === 'PersistentVolumeClaim') return claimProblems(object as core.PersistentVolumeClaim, item);
  const { spec } = object as Pod;
  if (item.type === 'Container') {
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
      boundProblems(item, resources.requests ?? {}, resources.limits ?? {}),
    );
  }
  if (item.type !== 'Pod') return [];
  return boundProblems(item, podAmounts(spec, 'requests'), podAmounts(spec, 'limits'));
}

function boundProblems(item: core.LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const { type, min = {}, max = {}, maxLimitRequestRatio: ratios = {} } = item;
  const all = [
    ...Object.entries(min).map(([name, least]) => minProblem(type, name, least, requests[name], limits[name])),
    ...Object.entries(max).map(([name, most]) => maxProblem(type, name, most, requests[name], limits[name])),
    ...Object.entries(ratios).map(([name, ratio]) => ratioProblem(type, name, ratio, requests[name], limits[name])),
  ];
  return all.filter((problem) => problem !== undefined);
}

type Amount = string | undefined;

function minProblem(type: string, name: string, least: string, request: Amount, most: Amount): string | undefined {
  const start = `minimum ${name} usage per ${type} is ${canonicalQuantity(least)}`;
  if (request === undefined) return `${start}.  No request is specified`;
  if (isLess(request, least)) return `${start}, but request is ${canonicalQuantity(request)}`;
  return most !== undefined && isLess(most, least) ? `${start}, but limit is ${canonicalQuantity(most)}` : undefined;
}

function maxProblem(type: string, name: string, most: string, request: Amount, given: Amount): string | undefined {
  const start = `maximum ${name} usage per ${type} is ${canonicalQuantity(most)}`;
  if (given === undefined) return `${start}.  No limit is specified`;
  if (isLess(most, given)) return `${start}, but limit is ${canonicalQuantity(given)}`;
  return request !== undefined && isLess(most, request)
    ? `${start}, but request is ${canonicalQuantity(request)}`
    : undefined;
}

function ratioProblem(type: string, name: string, ratio: string, request: Amount, given: Amount): string | undefined {
  const start = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(ratio)}`;
  const [asked, allowed] = [parseQuantity(request ?? '0').nano, parseQuantity(given ?? '0').nano];
  if (asked === 0n) return `${start}, but no request is specified or request is 0`;
  if (allowed === 0n) return `${start}, but no limit is specified or limit is 0`;
  const found = Number(allowed) / Number(asked);
  return found * 1e9 > Number(parseQuantity(ratio).nano)
    ? `${start}, but provided ratio is ${found.toFixed(6)}`
    : undefined;
}

function claimProblems({ spec }: core.PersistentVolumeClaim, item: core.LimitRangeItem): string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const requests = spec?.resources?.requests ?? {};
  const most = Object.entries(item.max ?? {}).map(([name, bound]) => {
    const start = `maximum ${name} usage per ${item.type} is ${canonicalQuantity(bound)}`;
    const request = requests[name];
    if (request === undefined) return `${start}.  No request is specified`;
    return isLess(bound, request) ? `${start}, but request is ${canonicalQuantity(request)}` : undefined;
  });
  const least = Object.entries(item.min ?? {}).map(([name, bound]) =>
    minProblem(item.type, name, bound, requests[name], undefined),
  );
  return [...least, ...most].filter((problem) => problem !== undefined);
}

function isLess(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
}

/** What a pod asks for, or may use, of those resources that each of its containers names; an init container may raise it. */
function podAmounts(spec: PodSpec, which: 'requests' | 'limits'): Amounts {
  const lasting = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  const sums: Record<string, Quantity> = {};
  for (const { resources } of lasting) {
    for (const [name, amount] of Object.entries(resources?.[which] ?? {})) {
      if (lasting.some((container) => container.resources?.[which]?.[name] === undefined)) continue;
      sums[name] = sums[name] === undefined ? parseQuantity(amount) : addQuantities(sums[name], parseQuantity(amount));
    }
  }
  for (const { resources } of (spec.initContainers ?? []).filter((container) => !isSidecar(container))) {
    for (const [name, amount] of Object.entries(resources?.[which] ?? {})) {
      const needed = parseQuantity(amount);
      if (sums[name] === undefined || compareQuantities(sums[name], needed) < 0) sums[name] = needed;
    }
  }
  for (const [name, amount] of Object.entries(spec.overhead ?? {})) {
    if (which === 'requests' || sums[name] !== undefined)
      sums[name] = sums[name] === undefined ? parseQuantity(amount) : addQuantities(sums[name], parseQuantity(amount));
  }
  return Object.fromEntries(Object.entries(sums).map(([name, amount]) => [name, formatQuantity(amount)]));
}
