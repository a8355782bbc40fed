/** Keeps the table of served kinds as the cluster's CustomResourceDefinitions say, by watching them. */

import type { CustomResourceDefinition } from '../protocol/custom/definition.ts';
import { definitions } from '../protocol/custom/definition.ts';
import type { ObjectChanged, ObjectWatch } from '../protocol/messages/api.ts';
import type { KubernetesObject } from '../protocol/objects.ts';
import type { ClusterLink, StreamReading } from './cluster-link.ts';
import { customResources } from './discovery/custom-resources.ts';
import type { ServedKind, ServedKinds } from './served-kinds.ts';

/** ms of real time until a watch that ended is opened again. */
const reopenMs = 250;

/** Follows the definitions, from `start` to `stop`. */
export class DefinedKinds {
  readonly #link: ClusterLink;
  readonly #apiserver: string;
  readonly #kinds: ServedKinds;
  #reading: StreamReading | undefined;
  #again: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(link: ClusterLink, apiserver: string, kinds: ServedKinds) {
    this.#link = link;
    this.#apiserver = apiserver;
    this.#kinds = kinds;
  }

  /** Begins; what is served while no API server answers stays as it was last known. */
  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#again);
    this.#reading?.close();
  }

  async #follow(): Promise<void> {
    const body = { resource: definitions, sendInitialEvents: true, allowWatchBookmarks: true };
    this.#reading = this.#link.open<ObjectWatch>(this.#apiserver, 'object.watch', body);
    const known = new Map<string, readonly ServedKind[]>();
    let isWhole = false;
    for await (const message of this.#reading) {
      if (message.type !== 'object.changed') continue;
      const { type, object } = message.body as ObjectChanged['body'];
      if (type === 'ERROR') break;
      if (type === 'BOOKMARK') isWhole = true;
      else if (type === 'DELETED') known.delete(object.metadata.name);
      else known.set(object.metadata.name, kindsOf(object));
      if (isWhole) this.#kinds.setCustom([...known.values()].flat());
    }
    if (this.#isStopped) return;
    this.#again = setTimeout(() => this.start(), reopenMs);
    this.#again.unref();
  }
}

function kindsOf(object: KubernetesObject): readonly ServedKind[] {
  const { versions } = (object as CustomResourceDefinition).spec;
  return customResources(object).map((kind) => {
    const version = versions.find(({ name }) => name === kind.version);
    return { ...kind, columns: version?.additionalPrinterColumns ?? [] };
  });
}
