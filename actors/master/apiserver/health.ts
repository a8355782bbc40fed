/** Asking after the other components of the control plane, for a request that wants to know. */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import type { RangeBody } from '../../../protocol/messages/etcd.ts';
import type { HealthCheck } from '../../../protocol/messages/health.ts';
import type { CallFailure } from './etcd-link.ts';
import { callEtcd, callRefusal } from './etcd-link.ts';
import type { Memory } from './memory.ts';

/** What a check came to: nothing wrong, what the component's door says, or an error of this side. */
export interface Health {
  readonly isHealthy: boolean;
  readonly message: string;
  readonly error: string;
}

/** The components that are asked after: their names, actors and ports. */
const doors = {
  scheduler: { actor: 'scheduler', port: 10259 },
  'controller-manager': { actor: 'controller-manager', port: 10257 },
} as const;
type Door = keyof typeof doors;

/** All the components that are asked after. Etcd is one, however many members it has. */
export const components: readonly string[] = [...Object.keys(doors), 'etcd-0'];

/** Marks a question about a component, and the request it is asked for. */
interface HealthNote {
  readonly component: string;
  readonly pending: number;
}

/** ms a component has to answer. */
const deadlineMs = 5_000;
/** What etcd's own `/health` reads. */
const probe: RangeBody = { key: 'health' };

/** Asks a component: etcd by a read, the others by name on this server's own machine. */
export function askAfter(self: Self<Memory>, component: string, pending: number): void {
  const note: HealthNote = { component, pending };
  if (!isDoor(component)) callEtcd(self, { type: 'kv.range', body: probe }, note);
  else self.request<HealthCheck>(addressOf(self, component), 'health.check', undefined, { deadlineMs, note });
}

function isDoor(component: string): component is Door {
  return component in doors;
}

/** The component with this server's number: the three run on one machine. */
function addressOf({ address }: Self<Memory>, component: Door): string {
  const number = address.lastIndexOf('.');
  const master = address.slice(0, address.lastIndexOf('.', number - 1));
  return `${master}.${doors[component].actor}${address.slice(number)}`;
}

/** Tells whether an answer is about a component's health. */
export function isOfHealth({ note }: AnyEvent): boolean {
  return typeof note === 'object' && note !== null && 'component' in note;
}

/** Reads an answer, or its absence, in the words of the prober. */
export function healthOf(memory: Memory, event: AnyEvent): Health & HealthNote {
  const note = event.note as HealthNote;
  if (event.type === 'health.reported' || event.type === 'kv.ranged')
    return { ...note, isHealthy: true, message: 'ok', error: '' };
  if (!isDoor(note.component)) {
    const { message = '' } = callRefusal(memory, event as CallFailure);
    return { ...note, isHealthy: false, message: '', error: message };
  }
  const { port } = doors[note.component];
  const why =
    event.body.reason === 'refused'
      ? `dial tcp 127.0.0.1:${port}: connect: connection refused`
      : 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return { ...note, isHealthy: false, message: `Get "https://127.0.0.1:${port}/healthz": ${why}`, error: '' };
}
