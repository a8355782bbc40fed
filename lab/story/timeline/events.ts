/** Tells Kubernetes Events in the timeline's words. */

import type { KubernetesEvent } from '../../../protocol/objects.ts';
import type { Moment } from './moment.ts';

type Words = Pick<Moment, 'weight' | 'before' | 'subject' | 'each' | 'after' | 'node'>;

/** Reasons that say nothing a story is about: others say the same, or it is every node's and container's usual way. */
const passedOver = new Set([
  'Starting',
  'RegisteredNode',
  'NodeAllocatableEnforced',
  'NodeHasSufficientMemory',
  'NodeHasNoDiskPressure',
  'NodeHasSufficientPID',
  'Pulling',
  'Created',
  'SandboxChanged',
  // Both are tried again at once, over what the cache did not show yet.
  'FailedToCreateEndpoint',
  'FailedToUpdateEndpoint',
]);

/** What the kubelet says of a container whose image it has just said it cannot pull. */
const failsAgain = /^Error: (?:ErrImagePull|ImagePullBackOff)$/;

/** What each known reason is in words. */
const told: Readonly<Record<string, (event: KubernetesEvent, name: string) => Words | undefined>> = {
  Scheduled: ({ message = '' }, name) => {
    const node = /to (\S+)$/.exec(message)?.[1];
    return { weight: 'plain', before: 'placed', subject: name, ...(node !== undefined && { each: ` on ${node}` }) };
  },
  Pulled: ({ message = '', source }) => {
    const image = /pulled image "([^"]+)"/.exec(message)?.[1];
    if (image === undefined) return undefined;
    return { weight: 'plain', before: 'pulled', subject: shortImage(image), ...placed(source?.host) };
  },
  Started: ({ source }, name) => ({ weight: 'plain', before: 'started', subject: name, ...placed(source?.host) }),
  Killing: ({ message = '', source }, name) => ({
    weight: 'plain',
    before: 'stopping',
    subject: name,
    ...placed(source?.host),
    ...(/failed|will be restarted|changed/.test(message) && { after: `: ${lowered(message)}` }),
  }),
  SuccessfulCreate: ({ message = '', involvedObject }) => ({
    weight: 'plain',
    before: 'created',
    subject: lastWord(message),
    after: ` for ${shortKind(involvedObject.kind)}/${involvedObject.name}`,
  }),
  SuccessfulDelete: ({ message = '', involvedObject }) => ({
    weight: 'plain',
    before: 'deleted',
    subject: lastWord(message),
    after: ` of ${shortKind(involvedObject.kind)}/${involvedObject.name}`,
  }),
  ScalingReplicaSet: ({ message = '' }, name) => {
    const [, way, set, to] = /^Scaled (up|down) replica set (\S+) to (\d+)/.exec(message) ?? [];
    return way === undefined
      ? { weight: 'plain', before: '', subject: name, after: `: ${lowered(message)}` }
      : { weight: 'plain', before: `scaled ${way}`, subject: `rs/${set}`, each: ` to ${to}` };
  },
  Failed: (event, name) => (failsAgain.test(event.message ?? '') ? undefined : asItIs(event, name)),
  Unhealthy: ({ message = '' }, name) => ({
    weight: 'bad',
    before: '',
    subject: name,
    after: `: ${probeWords(message)}`,
  }),
  Rebooted: (_event, name) => ({ weight: 'bad', before: '', subject: name, after: ' has been rebooted' }),
  NodeReady: (_event, name) => ({ weight: 'good', before: '', subject: name, after: ' Ready' }),
  NodeNotReady: ({ involvedObject }, name) =>
    involvedObject.kind === 'Node'
      ? { weight: 'bad', before: '', subject: name, after: ' NotReady' }
      : { weight: 'bad', before: 'marked', subject: name, after: ' not ready, as their node is' },
  TaintManagerEviction: ({ message = '' }, name) =>
    message.startsWith('Cancel')
      ? { weight: 'good', before: 'spared', subject: name, after: ' from eviction' }
      : { weight: 'bad', before: 'evicts', subject: name },
  LeaderElection: ({ message = '' }) => ({
    weight: 'plain',
    before: '',
    subject: message.replace(/_[0-9a-f-]{36}/, ''),
  }),
  BackOff: ({ message = '' }, name) => ({
    weight: 'bad',
    before: '',
    subject: name,
    after: `: ${lowered(message).replace(/ in pod \S+$/, '')}`,
  }),
};

/** Tells an Event; undefined for one that is passed over. */
export function momentOf(event: KubernetesEvent, atMs: number): Moment | undefined {
  const { reason = '', involvedObject, source, reportingComponent } = event;
  if (passedOver.has(reason)) return undefined;
  const name = involvedObject.name ?? '';
  const who = (source?.component ?? reportingComponent ?? '').replace('default-scheduler', 'kube-scheduler');
  const said = (told[reason] ?? asItIs)(event, name);
  return said === undefined ? undefined : { atMs, who, ...said };
}

function asItIs({ reason, message = '', type }: KubernetesEvent, name: string): Words {
  const weight = type === 'Warning' ? 'bad' : 'plain';
  return { weight, before: '', subject: name, after: `: ${reason}: ${message.trim()}` };
}

/** What a probe met, without the pod's own address: several pods fail alike. */
function probeWords(message: string): string {
  return lowered(message).replace(/(probe failed: )(?:Get "[^"]*": )?(?:dial tcp \S+: )?/, '$1');
}

function placed(node: string | undefined): { node?: string } {
  return node === undefined || node === '' ? {} : { node };
}

/** An image without the registry and folders it lies in. */
function shortImage(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}

function lastWord(message: string): string {
  return message.slice(message.lastIndexOf(' ') + 1);
}

/** A kind as kubectl's short names have it. */
export function shortKind(kind: string | undefined): string {
  const short: Record<string, string> = { ReplicationController: 'rc', ReplicaSet: 'rs', Deployment: 'deploy' };
  return short[kind ?? ''] ?? (kind ?? '').toLowerCase();
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
