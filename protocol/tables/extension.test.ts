import { expect, test } from 'vitest';
import { flowSchemaTable } from './extension.ts';
import { cell, meta, shown } from './testing/shown.ts';

const admission = 'admissionregistration.k8s.io';
const flowControl = 'flowcontrol.apiserver.k8s.io';

test('webhooks are counted', () => {
  const expected = { Name: 'hooks', Webhooks: 2, Age: '90s' };
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
    expect(shown(`${kind}.${admission}`, { metadata: meta('hooks'), webhooks: [{}, {}] })).toEqual(expected);
  }
});

test('admission policies name their parameters', () => {
  const policy = `ValidatingAdmissionPolicy.${admission}`;
  const spec = { validations: [{}], paramKind: { apiVersion: 'rules.example.com/v1', kind: 'Limit' } };
  expect(shown(policy, { metadata: meta('p'), spec })).toEqual({
    Name: 'p',
    Validations: 1,
    ParamKind: 'rules.example.com/v1/Limit',
    Age: '90s',
  });
  expect(cell(policy, 'ParamKind', {})).toBe('<unset>');
});

test.each([
  [undefined, '<unset>'],
  [{ name: 'x', namespace: 'default' }, 'default/x'],
  [{ name: 'x' }, '*/x'],
  [
    {
      selector: {
        matchLabels: { b: '2', a: '1' },
        matchExpressions: [{ key: 'c', operator: 'In', values: ['3', '4'] }],
      },
    },
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:c,Operator:In,Values:[3 4],},},}',
  ],
])('parameters of a binding of a policy, given as %o', (paramRef, expected) => {
  const binding = { metadata: meta('b'), spec: { policyName: 'p', ...(paramRef && { paramRef }) } };
  expect(shown(`ValidatingAdmissionPolicyBinding.${admission}`, binding)).toEqual({
    Name: 'b',
    PolicyName: 'p',
    ParamRef: expected,
    Age: '90s',
  });
});

test('flow schemas, those first that are matched first', () => {
  const schema = (name: string, matchingPrecedence: number) => ({ metadata: meta(name), spec: { matchingPrecedence } });
  const schemas = [schema('c', 9), schema('b', 5), schema('a', 9)];
  expect(schemas.toSorted(flowSchemaTable.order)).toEqual([schema('b', 5), schema('a', 9), schema('c', 9)]);
  const spec = {
    priorityLevelConfiguration: { name: 'workload-low' },
    matchingPrecedence: 9000,
    distinguisherMethod: { type: 'ByUser' },
  };
  expect(shown(`FlowSchema.${flowControl}`, { metadata: meta('sa'), spec })).toEqual({
    Name: 'sa',
    PriorityLevel: 'workload-low',
    MatchingPrecedence: 9000,
    DistinguisherMethod: 'ByUser',
    Age: '90s',
    MissingPL: '?',
  });
  const status = { conditions: [{ type: 'Dangling', status: 'False' }] };
  expect(shown(`FlowSchema.${flowControl}`, { status })).toMatchObject({
    DistinguisherMethod: '<none>',
    MissingPL: 'False',
  });
});

test('priority levels, limited and not', () => {
  const kind = `PriorityLevelConfiguration.${flowControl}`;
  const queuing = { queues: 64, handSize: 6, queueLengthLimit: 50 };
  const limited = { nominalConcurrencyShares: 30, limitResponse: { type: 'Queue', queuing } };
  expect(shown(kind, { metadata: meta('l'), spec: { type: 'Limited', limited } })).toEqual({
    Name: 'l',
    Type: 'Limited',
    NominalConcurrencyShares: 30,
    Queues: 64,
    HandSize: 6,
    QueueLengthLimit: 50,
    Age: '90s',
  });
  expect(shown(kind, { spec: { type: 'Exempt' } })).toMatchObject({
    NominalConcurrencyShares: '<none>',
    Queues: '<none>',
  });
});

test('API services tell who serves them', () => {
  const kind = 'APIService.apiregistration.k8s.io';
  const service = (spec: object, ...conditions: object[]) =>
    shown(kind, { metadata: meta('v1.x'), spec, status: { conditions } });
  expect(service({}, { type: 'Available', status: 'True', reason: 'Local' })).toEqual({
    Name: 'v1.x',
    Service: 'Local',
    Available: 'True',
    Age: '90s',
  });
  const metrics = { service: { namespace: 'kube-system', name: 'metrics-server' } };
  expect(service(metrics, { type: 'Available', status: 'False', reason: 'MissingEndpoints' })).toMatchObject({
    Service: 'kube-system/metrics-server',
    Available: 'False (MissingEndpoints)',
  });
  expect(service(metrics)).toMatchObject({ Available: 'Unknown' });
});
