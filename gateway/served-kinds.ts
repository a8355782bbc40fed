/** Which kinds the API serves at the moment: those built in, and those that were defined by its users. */

import type { ResourceKind } from '../protocol/resources.ts';
import { resourceKinds } from '../protocol/resources.ts';

/** A table of kinds that can be looked up as paths name them. */
export class ServedKinds {
  /** Grows with each change, so that what is made of the kinds can be kept until then. */
  generation = 0;
  #all: readonly ResourceKind[] = resourceKinds;
  #byPath = index(resourceKinds);

  get all(): readonly ResourceKind[] {
    return this.#all;
  }

  /** Finds what a path means; undefined where nothing of that name is served. */
  find(group: string, version: string, resource: string): ResourceKind | undefined {
    return this.#byPath.get(pathOf(group, version, resource));
  }

  /** Says which kinds there are beside the built-in ones. */
  setCustom(kinds: readonly ResourceKind[]): void {
    this.#all = [...resourceKinds, ...kinds];
    this.#byPath = index(this.#all);
    this.generation++;
  }
}

function index(kinds: readonly ResourceKind[]): ReadonlyMap<string, ResourceKind> {
  return new Map(kinds.map((kind) => [pathOf(kind.group, kind.version, kind.resource), kind]));
}

function pathOf(group: string, version: string, resource: string): string {
  return `${group}/${version}/${resource}`;
}
