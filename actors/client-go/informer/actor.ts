/** The informer's behaviour: what it asks of the API server, and what it tells its parent and subscribers. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import { copyWith } from '../../../protocol/copy.ts';
import type {
  KubernetesList,
  ObjectChanged,
  ObjectList,
  ObjectWatch,
  RequestRefused,
  RequestSucceeded,
} from '../../../protocol/messages/api.ts';
import type {
  Change,
  InformerChanged,
  InformerInput,
  InformerSubscribe,
  InformerSynced,
  Interest,
} from '../../../protocol/messages/informer.ts';
import type { KubernetesObject, Status } from '../../../protocol/objects.ts';
import { type Backoff, makeBackoff, stepBackoff } from '../backoff.ts';
import { concerns } from './interest.ts';
import { machine } from './machine.ts';
import { applyEvent, type Replica, replaceAll, versionOf } from './replica.ts';

/** What an informer knows. */
export interface InformerMemory extends Replica {
  input: InformerInput;
  /** Who else is told, in the order they asked, and of what; undefined for everything. */
  subscribers: Map<string, Interest | undefined>;
  hasSynced: boolean;
  /** The request for a page, 0 for none; and what the pages before it held. */
  listing: number;
  pages: KubernetesObject[];
  /** The last list or watch was refused as too old (or too new) for the server: the next list must be a quorum read. */
  quorum: boolean;
  /** The watch's stream, 0 for none; when it was opened, and how many events it gave. */
  watch: number;
  openedAt: number;
  /** When the last list was complete, in ms. */
  listedAt: number;
  events: number;
  backoff: Backoff;
  waitMs: number;
}

type Me = Self<InformerMemory>;

/** client-go's pager. */
const pageLimit = 500;
/** client-go's reflector: a watch is asked to last 5 to 10 min, and one that ended within 1 s without an event was none. */
const minWatchSeconds = 300;
const shortWatchMs = 1000;

/** The informer: a child of whoever wants to know a resource; kept as near to client-go as a user can tell. */
export const informer = defineActor<InformerMemory, InformerInput>({
  kind: 'informer',
  machine,
  memory: (input) => ({
    input,
    objects: new Map(),
    version: 0,
    subscribers: new Map(),
    hasSynced: false,
    listing: 0,
    pages: [],
    quorum: false,
    watch: 0,
    openedAt: 0,
    listedAt: 0,
    events: 0,
    backoff: makeBackoff(),
    waitMs: 0,
  }),
  behaviour: {
    actions: {
      askFirstPage,
      takePage,
      takeRefusal,
      failList: (self) => self.raise({ type: 'list.failed' }),
      forgetList,
      openWatch,
      takeChange,
      closeWatch,
      planBackoff: (self) => {
        self.memory.waitMs = stepBackoff(self.memory.backoff, self.monotonic(), self.random());
      },
      subscribe,
    },
    guards: {
      hasWorked: (self) => self.memory.events > 0 || self.monotonic() - self.memory.openedAt >= shortWatchMs,
      // A version that is too old as soon as it was listed would have the two go round in a circle.
      hasJustListed: (self) => self.monotonic() - self.memory.listedAt < shortWatchMs,
    },
    delays: { backoff: (self) => self.memory.waitMs },
  },
});

function selection(input: InformerInput): ObjectList['body'] {
  const { resource, namespace, labelSelector, fieldSelector } = input;
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

function askFirstPage(self: Me): void {
  const { memory } = self;
  memory.pages = [];
  if (memory.quorum) ask(self, {});
  // First whatever the server's cache has; after that nothing older than was seen (without limit: served whole from the cache).
  else if (memory.version === 0) ask(self, { resourceVersion: '0', limit: pageLimit });
  else ask(self, { resourceVersion: String(memory.version) });
}

function ask(self: Me, page: Pick<ObjectList['body'], 'resourceVersion' | 'limit' | 'continue'>): void {
  const { memory } = self;
  const body = copyWith(selection(memory.input), page);
  // A read is safe to ask twice: what a lost message costs is one retry, not the whole deadline.
  memory.listing = self.request<ObjectList>(memory.input.apiserver, 'object.list', body, { retries: 5 });
}

function forgetList(self: Me): void {
  if (self.memory.listing !== 0) self.forget(self.memory.listing);
  self.memory.listing = 0;
  self.memory.pages = [];
}

function takePage(self: Me, event: RequestSucceeded): void {
  const { memory } = self;
  const { items, metadata } = event.body.object as unknown as KubernetesList;
  if (metadata.continue) {
    for (const item of items) memory.pages.push(item);
    ask(self, { limit: pageLimit, continue: metadata.continue });
  } else takeList(self, memory.pages.length === 0 ? items : [...memory.pages, ...items], metadata.resourceVersion);
}

function takeList(self: Me, items: readonly KubernetesObject[], resourceVersion: string | undefined): void {
  const { memory } = self;
  const version = versionOf(resourceVersion);
  // A server that lags behind what was seen is not believed, unless it has asked etcd itself: then etcd was put back.
  if (version < memory.version && !memory.quorum) {
    self.raise({ type: 'list.failed' });
    return;
  }
  memory.quorum = false;
  memory.listedAt = self.monotonic();
  tell(self, replaceAll(memory, items, version));
  if (!memory.hasSynced) {
    memory.hasSynced = true;
    tellSynced(self);
  }
  self.raise({ type: 'list.completed' });
}

function takeRefusal(self: Me, event: RequestRefused): void {
  const { memory } = self;
  // Asked again at once, once, and then of etcd itself.
  memory.quorum = !memory.quorum && isVersionRefused(event.body.status);
  if (memory.quorum) askFirstPage(self);
  else self.raise({ type: 'list.failed' });
}

/** The version asked for is compacted away, or the server has not seen it yet (`ResourceVersionTooLarge`). */
function isVersionRefused(status: Status): boolean {
  const causes = status.details?.causes ?? [];
  return status.code === 410 || causes.some((cause) => cause.reason === 'ResourceVersionTooLarge');
}

function openWatch(self: Me): void {
  const { memory } = self;
  memory.openedAt = self.monotonic();
  memory.events = 0;
  memory.watch = self.open<ObjectWatch>(memory.input.apiserver, 'object.watch', {
    resourceVersion: String(memory.version),
    allowWatchBookmarks: true,
    timeoutSeconds: Math.floor(minWatchSeconds * (1 + self.random())),
    ...selection(memory.input),
  });
}

function closeWatch(self: Me): void {
  if (self.memory.watch !== 0) self.close(self.memory.watch);
  self.memory.watch = 0;
}

const verdicts: ReadonlyMap<number, string> = new Map([
  [410, 'watch.expired'],
  [429, 'watch.refused'],
]);

function takeChange(self: Me, event: ObjectChanged): void {
  const { memory } = self;
  if (event.stream !== memory.watch) return;
  memory.events += 1;
  const { type, object } = event.body;
  if (type === 'ERROR') {
    const status = object as unknown as Status;
    self.raise({ type: verdicts.get(status.code ?? 0) ?? 'watch.failed' });
    return;
  }
  const change = applyEvent(memory, type, object);
  if (change !== undefined) tell(self, [change]);
}

function subscribe(self: Me, event: InformerSubscribe): void {
  const { memory } = self;
  const { resource } = memory.input;
  const listener = event.from;
  if (listener !== self.parent || !tellsParent(self)) memory.subscribers.set(listener, event.body);
  if (memory.objects.size > 0) {
    const changes = [...memory.objects.values()].map((object): Change => ({ type: 'ADDED', object }));
    tellOne(self, listener, event.body, { resource, changes });
  }
  if (memory.hasSynced) self.send<InformerSynced>(listener, 'informer.synced', { resource });
}

/** Tells whether its parent hears everything without asking. */
function tellsParent(self: Me): boolean {
  return self.parent !== '' && self.memory.input.isShared !== true;
}

function tell(self: Me, changes: readonly Change[]): void {
  if (changes.length === 0) return;
  const body = { resource: self.memory.input.resource, changes };
  if (tellsParent(self)) self.send<InformerChanged>(self.parent, 'informer.changed', body);
  for (const [listener, interest] of self.memory.subscribers) tellOne(self, listener, interest, body);
}

/** Tells a subscriber of those changes that concern it. */
function tellOne(self: Me, listener: string, interest: Interest | undefined, body: InformerChanged['body']): void {
  const changes = interest === undefined ? body.changes : body.changes.filter((change) => concerns(interest, change));
  if (changes.length === 0) return;
  const told = changes.length === body.changes.length ? body : { resource: body.resource, changes };
  self.send<InformerChanged>(listener, 'informer.changed', told);
}

function tellSynced(self: Me): void {
  const body = { resource: self.memory.input.resource };
  if (tellsParent(self)) self.send<InformerSynced>(self.parent, 'informer.synced', body);
  for (const listener of self.memory.subscribers.keys()) self.send<InformerSynced>(listener, 'informer.synced', body);
}
