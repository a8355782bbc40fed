/** The life of a watch on the serving side: opened, told what it missed, told of changes and versions, ended. */

import type { Self } from '../../../../protocol/actor.ts';
import type { Message } from '../../../../protocol/message.ts';
import type { ObjectChanged, ObjectWatch, WatchOpened } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { groupResource } from '../../../../protocol/resources.ts';
import { removeDue } from '../../../client-go/due-heap.ts';
import { isNotAdmitted, letIn } from '../authorization/let-in.ts';
import { schedule } from '../clock.ts';
import { eachEventAfter } from '../event-ring.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { isRefusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import { isRoute, routeOf } from '../route.ts';
import { Telling, tell } from './dispatch.ts';
import type { Beginning } from './open-watch.ts';
import { beginningOf, bookmark } from './open-watch.ts';
import { selectObjects } from './watch-cache.ts';
import type { Watcher } from './watcher-index.ts';
import { addWatcher, removeWatcher } from './watcher-index.ts';

type Server = Self<Memory>;

/** ms between two bookmarks, and before the end of a watch (the cacher's `bookmarkFrequency`). */
const bookmarkEveryMs = 60_000;
const lastBookmarkMs = 2_000;

/** Opens a watch, or ends it at once with the reason as an ERROR. */
export function openWatch(self: Server, message: Message): void {
  const asker = letIn(self.memory, message);
  if (asker !== undefined && isNotAdmitted(asker)) {
    refuseWatch(self, message, asker.status);
    return;
  }
  const route = routeOf(message, self.memory.kinds);
  const beginning = isRoute(route)
    ? beginningOf(route.kind, message.body as ObjectWatch['body'], cacheOf(self.memory, route.resource), route.form)
    : route;
  if (!isRoute(route) || isRefusal(beginning)) {
    refuseWatch(self, message, beginning as Status);
    return;
  }
  const watcher = makeWatcher(self, message, beginning, route);
  // A reader that opens the same stream twice (a doubled message) has one watch.
  if (self.memory.watchers.has(watcher.id)) return;
  self.memory.watchers.set(watcher.id, watcher);
  if ((message.body as ObjectWatch['body']).announce) {
    const told = asker === undefined ? undefined : { authorization: asker.authorization };
    self.push<WatchOpened>(message, 'watch.opened', told);
  }
  tellBeginning(self, watcher, beginning);
  addWatcher(cacheOf(self.memory, watcher.resource).watchers, watcher);
  schedule(self, endKey(watcher), watcher.endsAtMs);
  scheduleBookmark(self, watcher);
}

/** Ends a stream that was not to be a watch. */
export function refuseWatch(self: Pick<Server, 'push' | 'end'>, message: Message, status: Status): void {
  self.push<ObjectChanged>(message, 'object.changed', { type: 'ERROR', object: status as unknown as KubernetesObject });
  self.end(message, status.reason ?? 'refused');
}

function makeWatcher(
  self: Server,
  message: Message,
  beginning: Beginning,
  { form, custom }: Pick<Route, 'form' | 'custom'>,
): Watcher {
  const { from, stream } = message;
  const body = message.body as ObjectWatch['body'];
  const { memory } = self;
  const leastSeconds = memory.config['min-request-timeout'];
  const seconds = body.timeoutSeconds || leastSeconds * (1 + self.random());
  const since = Math.max(beginning.resumeFrom ?? 0, memory.revision);
  return {
    id: `${from}#${stream}`,
    from,
    stream,
    resource: groupResource(beginning.selection.kind),
    selection: beginning.selection,
    form,
    custom,
    sinceRevision: since,
    toldRevision: beginning.resumeFrom ?? memory.revision,
    wantsBookmarks: body.allowWatchBookmarks === true,
    endsAtMs: self.monotonic() + seconds * 1000,
  };
}

/** Tells what there is, or what happened since the version the reader knows. */
function tellBeginning(self: Server, watcher: Watcher, beginning: Beginning): void {
  const { selection } = watcher;
  const cache = cacheOf(self.memory, watcher.resource);
  if (beginning.resumeFrom !== undefined) {
    eachEventAfter(cache.ring, beginning.resumeFrom, (event) => {
      const told = new Telling(event).for(selection);
      if (told === undefined) return;
      watcher.toldRevision = event.revision;
      tell(self, watcher, told);
    });
    return;
  }
  for (const object of selectObjects(cache, selection)) {
    tell(self, watcher, { type: 'ADDED', object });
  }
  if (beginning.marksInitialEnd) {
    const object = bookmark(watcher.form ?? selection.kind, self.memory.revision, true);
    self.push<ObjectChanged>(watcher, 'object.changed', { type: 'BOOKMARK', object });
  }
}

/** Where its times stand in the table of what is due. */
const endKey = ({ id }: Watcher) => `end ${id}`;
const markKey = ({ id }: Watcher) => `mark ${id}`;

function scheduleBookmark(self: Server, watcher: Watcher): void {
  if (!watcher.wantsBookmarks) return;
  const nowMs = self.monotonic();
  const dueMs = Math.min(nowMs + bookmarkEveryMs, watcher.endsAtMs - lastBookmarkMs);
  if (dueMs > nowMs) schedule(self, markKey(watcher), dueMs);
}

/** Tells a watch up to which version it knows all, where that is news. */
export function tellBookmark(self: Server, id: string): void {
  const watcher = self.memory.watchers.get(id);
  if (watcher === undefined) return;
  const { revision } = self.memory;
  if (revision > watcher.toldRevision) {
    watcher.toldRevision = revision;
    self.push<ObjectChanged>(watcher, 'object.changed', {
      type: 'BOOKMARK',
      object: bookmark(watcher.form ?? watcher.selection.kind, revision),
    });
  }
  scheduleBookmark(self, watcher);
}

/** Forgets a watch whose reader is gone. */
export function dropWatch(self: Server, id: string): Watcher | undefined {
  const { memory } = self;
  const watcher = memory.watchers.get(id);
  if (watcher === undefined) return undefined;
  memory.watchers.delete(id);
  removeWatcher(cacheOf(memory, watcher.resource).watchers, watcher);
  removeDue(memory.due, endKey(watcher));
  removeDue(memory.due, markKey(watcher));
  return watcher;
}

/** Ends a watch from this side; its reader opens another from where it is. */
export function endWatch(self: Server, id: string, reason: string): void {
  const watcher = dropWatch(self, id);
  if (watcher !== undefined) self.end(watcher, reason);
}

/** Ends all watches. */
export function endAllWatches(self: Server, reason: string): void {
  for (const id of [...self.memory.watchers.keys()]) endWatch(self, id, reason);
}
