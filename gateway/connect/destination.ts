/** Where a connection leads: as the API server says, and then the kubelet of the node. */

import type { Asker, ObjectConnect, ObjectConnected } from '../../protocol/messages/api.ts';
import type { RequestExpired } from '../../protocol/messages/host.ts';
import type { ContainerFind, ContainerFound, ContainerUnfound, Purpose } from '../../protocol/messages/streaming.ts';
import type { Node, Status } from '../../protocol/objects.ts';
import { groupResource, type ResourceKind } from '../../protocol/resources.ts';
import type { ClusterLink } from '../cluster-link.ts';
import { refusalOf } from '../door.ts';
import { Refused } from '../refused.ts';
import type { ResourceRequest } from '../request-attributes.ts';

/** Who is asked for the way. */
export interface Guides {
  readonly link: ClusterLink;
  readonly apiserver: string;
}

/** A connection to a pod, as the API server gives it. */
export type PodWay = Extract<ObjectConnected['body'], { to: 'pod' }>;
export type AddressWay = Extract<ObjectConnected['body'], { to: 'address' }>;

/** What a kubelet's server answers that is no success: a status, and plain text. */
export class KubeletRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The port of every kubelet. */
const kubeletPort = 10_250;

/** Asks the API server for the way. @throws Refused */
export async function wayOf(
  { link, apiserver }: Guides,
  info: ResourceRequest,
  kind: ResourceKind,
  asker: Asker,
  options: ObjectConnect['body']['options'],
): Promise<ObjectConnected['body']> {
  const { namespace, name, subresource, verb, version } = info;
  const target = { ...asker, resource: groupResource(kind), version, ...(namespace !== '' && { namespace }), name };
  const body = { ...target, subresource, verb, options };
  const answer = await link.ask<ObjectConnect>(apiserver, 'object.connect', body, { deadlineMs: 60_000 });
  if (answer.type !== 'object.connected') throw new Refused(refusalOf(answer));
  return (answer as ObjectConnected).body;
}

/** Asks a kubelet for a container of the pod. @throws KubeletRefusal, Refused where it does not answer */
export async function findContainer(
  guides: Guides,
  { kubelet, namespace, pod, container, node }: PodWay,
  purpose: Purpose,
  previous = false,
): Promise<ContainerFound['body']> {
  const body = { namespace, pod, container, purpose, ...(previous && { previous }) };
  const answer = await guides.link.ask<ContainerFind>(kubelet, 'container.find', body, { deadlineMs: 30_000 });
  if (answer.type === 'container.found') return (answer as ContainerFound).body;
  if (answer.type === 'container.unfound') {
    const { code, message } = (answer as ContainerUnfound).body;
    throw new KubeletRefusal(code, message);
  }
  const { reason } = (answer as RequestExpired).body;
  const why = reason === 'refused' ? 'connect: connection refused' : 'i/o timeout';
  const ip = await addressOf(guides, node);
  const dial = `dial tcp ${ip}:${kubeletPort}: ${why}`;
  const url = `https://${ip}:${kubeletPort}/containerLogs/${namespace}/${pod}/${container}`;
  throw new Refused(plainFailure(purpose === 'log' ? `Get "${url}": ${dial}` : `error dialing backend: ${dial}`));
}

/** The Status of an error that has no reason of its own. */
function plainFailure(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

async function addressOf({ link, apiserver }: Guides, node: string): Promise<string> {
  const answer = await link.ask(apiserver, 'object.get', { resource: 'nodes', name: node } as never);
  if (answer.type !== 'request.succeeded') return node;
  const { object } = answer.body as { object: Node };
  return object.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? node;
}
