/** A pod on its way to its node: the binding is asked for, and then done, refused, or in doubt. */

import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { Binding as BindingObject, Pod } from '../../../protocol/objects.ts';
import { reasonOf } from '../../client-go/api-calls.ts';
import { setDue, takeDue } from '../../client-go/due-heap.ts';
import { putPod, removePod } from './cache.ts';
import { failWithError } from './failure.ts';
import { freePlace } from './intake.ts';
import type { Binding, Me, Note } from './memory.ts';
import type { QueuedPod } from './queue.ts';
import { record, send } from './writes.ts';

/** ms between two tries to learn what became of a binding. */
const doubtMs = 1000;

/** Tells the API server where a pod goes. */
export function bind(self: Me, queued: QueuedPod, node: string): void {
  const { namespace = '', name, uid = '' } = queued.pod.metadata;
  self.memory.bindings.set(queued.key, { queued, uid, node });
  const object: BindingObject = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { kind: 'Node', name: node },
  };
  const body = { resource: 'pods', namespace, name, subresource: 'binding', object };
  send(self, { type: 'object.create', body, note: { about: 'bind', key: queued.key, uid } });
}

/** Asks after the bindings in doubt whose time has come. */
export function resolveDoubts(self: Me): void {
  const { doubts } = self.memory;
  for (let key = takeDue(doubts, self.monotonic()); key !== undefined; key = takeDue(doubts, self.monotonic()))
    inquire(self, key);
}

/** Reads a pod, to learn whether a binding that was never answered was done. */
function inquire(self: Me, key: string): void {
  const binding = self.memory.bindings.get(key);
  if (binding === undefined) return;
  const { namespace = '', name } = binding.queued.pod.metadata;
  send(self, {
    type: 'object.get',
    body: { resource: 'pods', namespace, name },
    note: { about: 'doubt', key, uid: binding.uid },
  });
}

/** Takes the binding out that an answer is about; undefined where it is about none that still stands. */
function settle(self: Me, note: Note | undefined): Binding | undefined {
  if (note === undefined || note.about === 'write') return undefined;
  const binding = self.memory.bindings.get(note.key);
  if (binding?.uid !== note.uid) return undefined;
  self.memory.bindings.delete(note.key);
  return binding;
}

/** Takes what the API server did. */
export function takeAnswer(self: Me, event: RequestSucceeded): void {
  self.memory.pending.delete(event.request);
  const note = event.note as Note | undefined;
  const binding = settle(self, note);
  if (binding === undefined) return;
  if (note?.about === 'bind') tellScheduled(self, binding);
  else takeReading(self, binding, event.body.object as Pod);
}

/** Learns from the pod itself what became of a binding that was not answered. */
function takeReading(self: Me, binding: Binding, pod: Pod): void {
  if (pod.metadata.uid !== binding.uid) forget(self, binding);
  else if (!pod.spec.nodeName) putBack(self, binding, 'the binding was not answered in time');
  else {
    putPod(self.memory.cache, pod);
    if (pod.spec.nodeName === binding.node) tellScheduled(self, binding);
  }
}

function tellScheduled(self: Me, { queued: { pod }, node }: Binding): void {
  const { namespace, name } = pod.metadata;
  record(self, pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
}

/** Takes what the API server would not do. */
export function takeRefusal(self: Me, event: RequestRefused): void {
  self.memory.pending.delete(event.request);
  const binding = settle(self, event.note as Note | undefined);
  if (binding === undefined) return;
  if (reasonOf(event) === 'NotFound') forget(self, binding);
  else putBack(self, binding, event.body.status.message ?? '');
}

/** Takes that nobody answered: a binding that was surely not done is tried again, any other is in doubt. */
export function takeExpiry(self: Me, event: RequestExpired): void {
  self.memory.pending.delete(event.request);
  const note = event.note as Note | undefined;
  if (note === undefined || note.about === 'write' || self.memory.bindings.get(note.key)?.uid !== note.uid) return;
  if (note.about === 'bind' && event.body.reason === 'refused') {
    const binding = settle(self, note);
    if (binding !== undefined) putBack(self, binding, 'connection refused');
  } else {
    // Its place stays taken until that is known: to give it away could fill a node twice.
    setDue(self.memory.doubts, note.key, self.monotonic() + (note.about === 'bind' ? 0 : doubtMs));
  }
}

/** Gives the assumed place up; true where it was only assumed. */
function forget(self: Me, { queued }: Binding): boolean {
  const { memory } = self;
  if (memory.cache.pods.get(queued.key)?.isAssumed !== true) return false;
  removePod(memory.cache, queued.key);
  freePlace(memory, self.monotonic());
  return true;
}

function putBack(self: Me, binding: Binding, why: string): void {
  // Where the API server has already shown the pod on a node, there is nothing to try again.
  if (forget(self, binding)) failWithError(self, binding.queued, `running Bind plugin "DefaultBinder": ${why}`);
}
