/** The tables of how a network is entered, and who may enter: ingresses, their classes, network policies. */

import { age, kindTable, name, type Parts, text } from './column.ts';
import { fieldsOf, isGiven, objectsOf, sizeOf, textOf } from './fields.ts';
import { selectorCell } from './labels.ts';
import { balancedAddresses } from './services.ts';

/** Ingresses. */
export const ingressTable = kindTable([
  name,
  text('Class', 'The class of controllers that is to serve it.', ({ spec }) =>
    isGiven(spec.ingressClassName) ? textOf(spec.ingressClassName) : '<none>',
  ),
  text('Hosts', 'The hosts it is for.', hostsCell),
  text('Address', 'Where it is reached.', ({ status }) => balancedAddresses(status).join(',')),
  text('Ports', 'The ports that are open.', ({ spec }) => (sizeOf(spec.tls) > 0 ? '80, 443' : '80')),
  age,
]);

const mostHosts = 3;

/** What is left out is counted by rules, those without a host too, as the real server counts. */
function hostsCell({ spec }: Parts): string {
  const rules = objectsOf(spec.rules).map(({ host }) => textOf(host));
  const hosts: string[] = [];
  let more = false;
  for (const host of rules) {
    if (hosts.length === mostHosts) more = true;
    else if (host !== '') hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return more ? `${hosts.join(',')} + ${rules.length - mostHosts} more...` : hosts.join(',');
}

/** IngressClasses. */
export const ingressClassTable = kindTable([
  name,
  text('Controller', 'The controller that serves the class.', ({ spec }) => textOf(spec.controller)),
  text('Parameters', 'The object that has more to say on the class.', parametersCell),
  age,
]);

function parametersCell({ spec }: Parts): string {
  if (!isGiven(spec.parameters)) return '<none>';
  const { kind, apiGroup, name: object } = fieldsOf(spec.parameters);
  const group = isGiven(apiGroup) ? `.${textOf(apiGroup)}` : '';
  return `${textOf(kind)}${group}/${textOf(object)}`;
}

/** NetworkPolicies. */
export const networkPolicyTable = kindTable([
  name,
  text('Pod-Selector', 'Which pods it is for, by their labels.', ({ spec }) => selectorCell(spec.podSelector)),
  age,
]);
