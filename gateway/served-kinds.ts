/** Which kinds the API serves at the moment: those built in, and those that were defined by its users. */

import type { ResourceKind } from '../protocol/resources.ts';
import { resourceKinds } from '../protocol/resources.ts';
import type { CustomColumn } from '../protocol/tables/custom.ts';

/** A kind, as it is served. */
export interface ServedKind extends ResourceKind {
  /** Only for a custom resource: the columns that its definition asks for in this version, none where it asks for none. */
  readonly columns?: readonly CustomColumn[];
  /** The address of the server that answers for it, where that is not the API server itself (the aggregation layer). */
  readonly server?: string;
}

/** The kinds of metrics.k8s.io, which metrics-server answers for. */
export function metricsKinds(server: string): readonly ServedKind[] {
  const rest = {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    subresources: [],
    categories: [],
    shortNames: [],
    server,
  };
  const verbs = ['get', 'list'];
  return [
    { ...rest, resource: 'nodes', kind: 'NodeMetrics', singular: '', namespaced: false, verbs },
    { ...rest, resource: 'pods', kind: 'PodMetrics', singular: '', namespaced: true, verbs },
  ];
}

/** A table of kinds that can be looked up as paths name them. */
export class ServedKinds {
  /** Grows with each change, so that what is made of the kinds can be kept until then. */
  generation = 0;
  readonly #constant: readonly ServedKind[];
  #all: readonly ServedKind[];
  #byPath: ReadonlyMap<string, ServedKind>;

  /** `aggregated` are served by others, beside the built-in kinds. */
  constructor(aggregated: readonly ServedKind[] = []) {
    this.#constant = [...resourceKinds, ...aggregated];
    this.#all = this.#constant;
    this.#byPath = index(this.#all);
  }

  get all(): readonly ServedKind[] {
    return this.#all;
  }

  /** Finds what a path means; undefined where nothing of that name is served. */
  find(group: string, version: string, resource: string): ServedKind | undefined {
    return this.#byPath.get(pathOf(group, version, resource));
  }

  /** Says which kinds users have defined. */
  setCustom(kinds: readonly ServedKind[]): void {
    this.#all = [...this.#constant, ...kinds];
    this.#byPath = index(this.#all);
    this.generation++;
  }
}

function index(kinds: readonly ServedKind[]): ReadonlyMap<string, ServedKind> {
  return new Map(kinds.map((kind) => [pathOf(kind.group, kind.version, kind.resource), kind]));
}

function pathOf(group: string, version: string, resource: string): string {
  return `${group}/${version}/${resource}`;
}
