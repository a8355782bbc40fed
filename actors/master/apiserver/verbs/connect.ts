/**
 * connect: where the way to what stands behind an object leads.
 *
 * `log`, `exec`, `attach` and `portforward` lead to a pod's kubelet; `proxy` to an address and port of a pod, of one of a
 * Service's endpoints, or of a node.
 */

import type { ObjectConnect } from '../../../../protocol/messages/api.ts';
import type { Endpoints, KubernetesObject, Node, Pod, Service } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Conversation } from '../conversation.ts';
import type { World } from '../memory.ts';
import type { Answer, Destination, Pending, Step } from '../pending.ts';
import { refuse } from '../pending.ts';
import { shownObject } from '../shown-object.ts';
import { storageKey } from '../storage-keys.ts';
import { chooseContainer, logOptionErrors } from './connect-options.ts';
import { pickEndpoint, portName, splitProxyName } from './proxy-location.ts';

/** The conversation of `object.connect`. */
export const connect: Conversation = { begin, resume };

/** What a proxy to a Service keeps between its stages: the name and scheme it was asked for by, and the port's name. */
interface ProxyWork {
  readonly scheme: 'http' | 'https';
  readonly port: string;
}

type PodDestination = Extract<Destination, { to: 'pod' }>;

/** The kubelet's own port. */
const kubeletPort = 10_250;

function begin(_world: World, pending: Pending): Step {
  const { name, resource, subresource } = pending;
  if (subresource !== 'proxy') {
    const { options } = pending.question.body as ObjectConnect['body'];
    const errors = subresource === 'log' ? logOptionErrors(options) : [];
    if (errors.length > 0) return refuse(failure.invalid('PodLogOptions', name, errors));
    return read('pods', pending.namespace, name, 'pod');
  }
  const split = splitProxyName(name);
  const kind = resource.slice(0, -1);
  if (split === undefined) return refuse(failure.badRequest(`invalid ${kind} request ${JSON.stringify(name)}`));
  const work: ProxyWork = { scheme: split.scheme, port: split.port };
  pending.work = work;
  if (resource !== 'services') return read(resource, pending.namespace, split.name, `proxied ${kind}`);
  const stage = /^\d+$/.test(split.port) ? 'service' : 'endpoints';
  return read(stage === 'service' ? 'services' : 'endpoints', pending.namespace, split.name, stage);
}

function read(resource: string, namespace: string, name: string, stage: string): Step {
  return { do: 'range', body: { key: storageKey(resource, namespace, name) }, stage };
}

/** What is read at each stage; the others read what the request is about. */
const resourceAt: Readonly<Record<string, string>> = { endpoints: 'endpoints', node: 'nodes' };

function resume(world: World, pending: Pending, answer: Answer): Step {
  const resource = resourceAt[pending.stage] ?? pending.resource;
  const kv = answer.type === 'kv.ranged' ? answer.body.kvs[0] : undefined;
  if (pending.stage === 'node') {
    const to = pending.work as PodDestination;
    return kv === undefined ? refuse(failure.notFound('nodes', to.node)) : { do: 'connect', to };
  }
  if (kv === undefined) return refuse(failure.notFound(resource, nameOf(pending)));
  return take(world, pending, shownObject(world.memory, resource, kv));
}

function nameOf({ name, subresource }: Pending): string {
  return subresource === 'proxy' ? (splitProxyName(name)?.name ?? name) : name;
}

function take(world: World, pending: Pending, object: KubernetesObject): Step {
  if (pending.stage === 'pod') return toContainer(pending, object as Pod);
  if (pending.stage === 'proxied pod') return toPod(pending, object as Pod);
  if (pending.stage === 'proxied node') return toNode(pending, object as Node);
  return pending.stage === 'service'
    ? toPort(pending, object as Service)
    : toEndpoint(world, pending, object as Endpoints);
}

function toContainer(pending: Pending, pod: Pod): Step {
  const { options } = pending.question.body as ObjectConnect['body'];
  const { name, namespace, subresource } = pending;
  const needsContainer = subresource !== 'portforward';
  const container = needsContainer ? chooseContainer(pod, String(options.container ?? '')) : '';
  if (typeof container !== 'string') return refuse(container);
  const { nodeName = '' } = pod.spec;
  // The log of a pod that is nowhere yet is empty.
  if (nodeName === '' && subresource !== 'log') {
    return refuse(failure.badRequest(`pod ${name} does not have a host assigned`));
  }
  const uid = pod.metadata.uid ?? '';
  const to: PodDestination = { to: 'pod', node: nodeName, namespace, pod: name, uid, container };
  if (nodeName === '') return { do: 'connect', to };
  // The kubelet's address is asked of its node.
  pending.work = to;
  return read('nodes', '', nodeName, 'node');
}

function toPod(pending: Pending, pod: Pod): Step {
  const { scheme, port } = pending.work as ProxyWork;
  const declared = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  const ip = pod.status?.podIP ?? '';
  if (ip === '') return refuse(failure.badRequest('address not allowed'));
  const number = port === '' ? (declared ?? defaultPort(scheme)) : Number(port);
  return { do: 'connect', to: { to: 'address', node: pod.spec.nodeName ?? '', ip, port: number, scheme } };
}

function defaultPort(scheme: 'http' | 'https'): number {
  return scheme === 'https' ? 443 : 80;
}

function toNode(pending: Pending, node: Node): Step {
  const { scheme, port } = pending.work as ProxyWork;
  const ip = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const { name } = node.metadata;
  if (port === '' || Number(port) === kubeletPort) {
    return { do: 'connect', to: { to: 'address', node: name, ip, port: kubeletPort, scheme: 'https' } };
  }
  return { do: 'connect', to: { to: 'address', node: name, ip, port: Number(port), scheme } };
}

/** A number asks for the port that the Service gives it, whose endpoints bear the port's name. */
function toPort(pending: Pending, service: Service): Step {
  const work = pending.work as ProxyWork;
  const { name, namespace = '' } = service.metadata;
  const found = portName(service, Number(work.port));
  if (found === undefined) {
    return refuse(failure.serviceUnavailable(`no service port ${work.port} found for service "${name}"`));
  }
  pending.work = { ...work, port: found };
  return read('endpoints', namespace, name, 'endpoints');
}

function toEndpoint(world: World, pending: Pending, endpoints: Endpoints): Step {
  const { scheme, port } = pending.work as ProxyWork;
  const found = pickEndpoint(endpoints, port, () => world.random());
  if (found !== undefined) return { do: 'connect', to: { to: 'address', ...found, scheme } };
  const asked = (endpoints.subsets?.length ?? 0) === 0 ? nameOf(pending) : pending.name;
  return refuse(failure.serviceUnavailable(`no endpoints available for service "${asked}"`));
}
