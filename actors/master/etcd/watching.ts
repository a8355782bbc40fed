/** The conversation of watches: opening, telling, catching up, progress, the end. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type {
  KeyChanged,
  KeyWatch,
  WatchCompacted,
  WatchCreated,
  WatchProgress,
  WatchProgressed,
} from '../../../protocol/messages/etcd.ts';
import type { EtcdMemory } from './memory.ts';
import type { Change } from './store/mvcc.ts';
import { refusal } from './store/refusals.ts';
import {
  closeWatch,
  dueForProgress,
  isCompacted,
  mayTellProgress,
  notify,
  openWatch,
  replay,
  type Telling,
  type Watcher,
  watchId,
} from './watches.ts';

type Member = Self<EtcdMemory>;

/** Opens a watch; what of the past it asks for comes at once, or in portions. */
export function startWatch(self: Member, event: KeyWatch): void {
  const { watches, store } = self.memory;
  const { key, rangeEnd = '', startRevision } = event.body;
  if (watches.watchers.has(watchId(event))) return;
  const { raft } = self.memory;
  const isLearner = raft.learners.includes(raft.id);
  if (isLearner || raft.leader === '') {
    self.end(event, refusal(isLearner ? 'NotSupportedForLearner' : 'NoLeader').message);
    return;
  }
  if (rangeEnd !== '' && rangeEnd !== '\0' && key >= rangeEnd) {
    self.end(event, refusal('InvalidRange').message);
    return;
  }
  const watcher = openWatch(watches, store.mvcc, event, event.body);
  if (startRevision < 0 || isCompacted(store.mvcc, watcher)) {
    cancel(self, watcher);
    return;
  }
  self.push<WatchCreated>(event, 'watch.created', { revision: watcher.next - 1 });
  if (watches.behind.has(watcher.id)) catchUp(self, watcher);
}

/** Tells those who watch what one revision has changed. */
export function tellWatchers(self: Member, revision: number, changes: readonly Change[]): void {
  tell(self, notify(self.memory.watches, revision, changes));
}

/** Gives every watch that is behind its next portion. */
export function catchUpAll(self: Member): void {
  const { watches } = self.memory;
  for (const id of [...watches.behind]) catchUp(self, watches.watchers.get(id)!);
}

/** Tells a watch its progress now; one that is behind is told when it has caught up. */
export function answerProgress(self: Member, event: WatchProgress): void {
  const watcher = self.memory.watches.watchers.get(watchId({ from: event.from, stream: event.body.stream }));
  if (watcher === undefined) return;
  const { watches, store } = self.memory;
  if (mayTellProgress(watches, store.mvcc, watcher)) tellProgress(self, watcher);
  else watcher.wantsProgress = watches.behind.has(watcher.id);
}

/** Tells watches that were told of no change for long how far they are: a bookmark to resume from. */
export function notifyProgress(self: Member): void {
  for (const watcher of dueForProgress(self.memory.watches, self.memory.store.mvcc)) tellProgress(self, watcher);
}

/** Ends every watch: what the others know does not come here any more. */
export function endWatches(self: Member): void {
  const { watches } = self.memory;
  for (const watcher of [...watches.watchers.values()]) {
    closeWatch(watches, watcher.id);
    self.end(watcher, refusal('NoLeader').message);
  }
}

/** Forgets a watch whose reader is gone. */
export function stopWatch(self: Member, event: Message): void {
  closeWatch(self.memory.watches, watchId(event));
}

function catchUp(self: Member, watcher: Watcher): void {
  const { watches, store } = self.memory;
  if (isCompacted(store.mvcc, watcher)) {
    cancel(self, watcher);
    return;
  }
  tell(self, replay(watches, store.mvcc, watcher));
  if (!watcher.wantsProgress || watches.behind.has(watcher.id)) return;
  watcher.wantsProgress = false;
  tellProgress(self, watcher);
}

function tell(self: Member, tellings: readonly Telling[]): void {
  for (const { watcher, revision, events } of tellings) {
    self.push<KeyChanged>(watcher, 'key.changed', { revision, events });
  }
}

function tellProgress(self: Member, watcher: Watcher): void {
  self.push<WatchProgressed>(watcher, 'watch.progressed', { revision: self.memory.store.mvcc.revision });
}

function cancel(self: Member, watcher: Watcher): void {
  const { watches, store } = self.memory;
  closeWatch(watches, watcher.id);
  self.push<WatchCompacted>(watcher, 'watch.compacted', { compactRevision: store.mvcc.compactRevision });
  self.end(watcher, refusal('Compacted').message);
}
