/** The tables of how the API server is extended and guarded: admission, flow control, API services. */

import { age, type Cell, integer, type KindTable, kindTable, name, type Parts, text } from './column.ts';
import { conditionOf, countOf, type Fields, fieldsOf, isGiven, objectsOf, sizeOf, textOf, textsOf } from './fields.ts';

/** MutatingWebhookConfigurations and ValidatingWebhookConfigurations. */
export const webhookTable = kindTable([
  name,
  integer('Webhooks', 'How many webhooks it has.', ({ object }) => sizeOf(object.webhooks)),
  age,
]);

/** ValidatingAdmissionPolicies. */
export const admissionPolicyTable = kindTable([
  name,
  integer('Validations', 'How many rules it has.', ({ spec }) => sizeOf(spec.validations)),
  text('ParamKind', 'The kind of its parameters.', ({ spec }) => {
    const { apiVersion, kind } = fieldsOf(spec.paramKind);
    return isGiven(spec.paramKind) ? `${textOf(apiVersion)}/${textOf(kind)}` : '<unset>';
  }),
  age,
]);

/** ValidatingAdmissionPolicyBindings. */
export const admissionPolicyBindingTable = kindTable([
  name,
  text('PolicyName', 'The policy that is put to work.', ({ spec }) => textOf(spec.policyName)),
  text('ParamRef', 'The object that has its parameters.', ({ spec }) => paramText(fieldsOf(spec.paramRef))),
  age,
]);

/** Nobody knows here whether the parameters are in a namespace; without one they may be in any. */
function paramText({ name: param, namespace, selector }: Fields): string {
  if (textOf(param) !== '') return `${textOf(namespace) || '*'}/${textOf(param)}`;
  return isGiven(selector) ? goSelector(fieldsOf(selector)) : '<unset>';
}

/** Writes a selector as Go's generated code does, which is what the real server shows here. */
function goSelector({ matchLabels, matchExpressions }: Fields): string {
  const labels = Object.entries(fieldsOf(matchLabels)).map(([key, value]) => `${key}: ${textOf(value)},`);
  const expressions = objectsOf(matchExpressions).map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${textOf(key)},Operator:${textOf(operator)},Values:[${textsOf(values).join(' ')}],},`,
  );
  const [map, list] = [labels.sort().join(''), expressions.join('')];
  return `&LabelSelector{MatchLabels:map[string]string{${map}},MatchExpressions:[]LabelSelectorRequirement{${list}},}`;
}

/** FlowSchemas, those first that are matched first. */
export const flowSchemaTable: KindTable = {
  ...kindTable([
    name,
    text('PriorityLevel', 'The priority level of its requests.', ({ spec }) =>
      textOf(fieldsOf(spec.priorityLevelConfiguration).name),
    ),
    text('MatchingPrecedence', 'Of several that match, the one with the least counts.', ({ spec }) =>
      countOf(spec.matchingPrecedence),
    ),
    text('DistinguisherMethod', 'What tells one flow of it from another.', ({ spec }) =>
      isGiven(spec.distinguisherMethod) ? textOf(fieldsOf(spec.distinguisherMethod).type) : '<none>',
    ),
    age,
    text('MissingPL', 'Whether its priority level does not exist.', ({ status }) => {
      const dangling = conditionOf(status.conditions, 'Dangling');
      return dangling === undefined ? '?' : textOf(dangling.status);
    }),
  ]),
  order: (a, b) => {
    const [one, other] = [precedenceOf(a), precedenceOf(b)];
    return one.precedence - other.precedence || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
  },
};

function precedenceOf(flowSchema: unknown): { precedence: number; name: string } {
  const { spec, metadata } = fieldsOf(flowSchema);
  return { precedence: countOf(fieldsOf(spec).matchingPrecedence), name: textOf(fieldsOf(metadata).name) };
}

/** PriorityLevelConfigurations. */
export const priorityLevelTable = kindTable([
  name,
  text('Type', 'Whether its requests are limited.', ({ spec }) => textOf(spec.type)),
  text('NominalConcurrencyShares', 'Its share of what is served at once.', ({ spec }) =>
    isGiven(spec.limited) ? countOf(fieldsOf(spec.limited).nominalConcurrencyShares) : '<none>',
  ),
  text('Queues', 'How many queues it has.', (parts) => queuingCell(parts, 'queues')),
  text('HandSize', 'Over how many queues a flow is spread.', (parts) => queuingCell(parts, 'handSize')),
  text('QueueLengthLimit', 'How many requests may wait in a queue.', (parts) => queuingCell(parts, 'queueLengthLimit')),
  age,
]);

function queuingCell({ spec }: Parts, field: string): Cell {
  const { queuing } = fieldsOf(fieldsOf(spec.limited).limitResponse);
  return isGiven(queuing) ? countOf(fieldsOf(queuing)[field]) : '<none>';
}

/** APIServices. */
export const apiServiceTable = kindTable([
  name,
  text('Service', 'The service that serves this part of the API.', ({ spec }) => {
    const { namespace, name: service } = fieldsOf(spec.service);
    return isGiven(spec.service) ? `${textOf(namespace)}/${textOf(service)}` : 'Local';
  }),
  text('Available', 'Whether it can be used.', availableCell),
  age,
]);

function availableCell({ status }: Parts): string {
  const available = conditionOf(status.conditions, 'Available');
  if (available === undefined) return 'Unknown';
  const [word, reason] = [textOf(available.status), textOf(available.reason)];
  return word === 'True' || reason === '' ? word : `${word} (${reason})`;
}
