/** Telling a change to the watches it matters to: what each saw before and sees now decides what the change is to it. */

import type { Self } from '../../../../protocol/actor.ts';
import type { ObjectChanged } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { showObject } from '../conversion/form.ts';
import { toldTo } from '../custom-resources/view.ts';
import type { CacheEvent } from '../event-ring.ts';
import type { Selection } from '../selection.ts';
import { isSelected } from '../selection.ts';
import { atVersion } from '../stored-object.ts';
import type { Watcher, WatcherIndex } from './watcher-index.ts';
import { eachConcerned } from './watcher-index.ts';

type Told = ObjectChanged['body'];

/** What a change is to a watch; undefined where it does not show in it. */
export function shownAs(
  selection: Selection,
  { object, old, deleted }: CacheEvent,
): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined {
  const is = !deleted && isSelected(selection, object);
  const was = old !== undefined && isSelected(selection, old);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}

/** Makes the messages of one change, each once however many are told it. */
export class Telling {
  readonly #event: CacheEvent;
  #added: Told | undefined;
  #modified: Told | undefined;
  #deleted: Told | undefined;

  constructor(event: CacheEvent) {
    this.#event = event;
  }

  /** Gives what a watch with this selection is told; undefined for nothing. */
  for(selection: Selection): Told | undefined {
    switch (shownAs(selection, this.#event)) {
      case 'ADDED':
        this.#added ??= { type: 'ADDED', object: this.#event.object };
        return this.#added;
      case 'MODIFIED':
        this.#modified ??= { type: 'MODIFIED', object: this.#event.object };
        return this.#modified;
      case 'DELETED':
        this.#deleted ??= { type: 'DELETED', object: lastSeen(this.#event) };
        return this.#deleted;
      default:
        return undefined;
    }
  }
}

/** Who no longer sees an object is told what it saw last, at the version of the change. */
function lastSeen({ object, old, deleted, revision }: CacheEvent): KubernetesObject {
  return deleted || old === undefined ? object : atVersion(old, revision);
}

/** Tells a change to all watches of its resource that it concerns. */
export function dispatch(self: Pick<Self, 'push'>, index: WatcherIndex, event: CacheEvent): void {
  const telling = new Telling(event);
  eachConcerned(index, event.object, event.old, (watcher: Watcher) => {
    if (event.revision <= watcher.sinceRevision) return;
    const told = telling.for(watcher.selection);
    if (told === undefined) return;
    watcher.toldRevision = event.revision;
    tell(self, watcher, told);
  });
}

/** Tells a watch of a change, in the form it asked for. */
export function tell(self: Pick<Self, 'push'>, watcher: Watcher, told: Told): void {
  const seen = toldTo(watcher, told);
  const shown = watcher.form === undefined ? seen : { type: told.type, object: showObject(watcher.form, told.object) };
  self.push<ObjectChanged>(watcher, 'object.changed', shown);
}
