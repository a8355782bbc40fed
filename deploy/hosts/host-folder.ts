/** What a host keeps on its own disk: the data of its members of etcd, each with the id by which the cluster knows them. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskFolder } from '../../engine/disk/folder.ts';
import { DataError, DataFolder, writeWhole } from '../live/data-folder.ts';
import type { RunState } from '../live/run-file.ts';
import type { MemberData } from './role-claims.ts';

/** Whose folder it is. */
export interface HostName {
  readonly cluster: string;
  readonly host: string;
}

/** A host's folder, held by this process. */
export class HostFolder {
  readonly #folder: DataFolder<HostName>;

  /**
   * Opens a folder, making it where there is none.
   *
   * @throws DataError where it cannot be written, or is another host's; InUseError where another process has it
   */
  constructor(
    path: string,
    { cluster, host }: HostName,
    version: string,
    state: Omit<RunState, 'pid' | 'startedTicks'>,
  ) {
    this.#folder = new DataFolder(path, state);
    const kept = this.#folder.describe();
    if (kept !== undefined && (kept.cluster.cluster !== cluster || kept.cluster.host !== host)) {
      this.#folder.lock.release();
      const whose =
        typeof kept.cluster.host === 'string'
          ? `host ${kept.cluster.host} of cluster ${kept.cluster.cluster}`
          : 'a cluster on one host';
      throw new DataError(
        path,
        `has the data of ${whose}`,
        `name another folder, or --cluster and --name as it has them`,
      );
    }
    this.#folder.keep({
      version: kept?.version ?? version,
      seed: '',
      cluster: { cluster, host },
      starts: (kept?.starts ?? 0) + 1,
    });
  }

  get path(): string {
    return this.#folder.path;
  }

  get lock(): DataFolder<HostName>['lock'] {
    return this.#folder.lock;
  }

  /** The ids of the members whose data are here. */
  memberData(): MemberData {
    const found: Record<string, string> = {};
    for (const name of this.#names()) {
      const [, member] = /^(\d+)\.id$/.exec(name) ?? [];
      if (member !== undefined) found[member] = readFileSync(join(this.path, 'etcd', name), 'utf8').trim();
    }
    return found;
  }

  /** The id of a member's data; drawn, and durable when it returns, for one that is new. */
  idOf(member: number): string {
    const known = this.memberData()[member];
    if (known !== undefined) return known;
    const id = randomUUID();
    mkdirSync(join(this.path, 'etcd'), { recursive: true, mode: 0o700 });
    writeWhole(join(this.path, 'etcd', `${member}.id`), `${id}\n`);
    return id;
  }

  /** The disk of a member. @throws FolderError naming the file that cannot be read */
  disk(member: number): DiskFolder {
    return this.#folder.etcd(member);
  }

  /** Measures how long a sync takes here, in ms. */
  measureSync(): number {
    return this.#folder.measureSync();
  }

  #names(): string[] {
    try {
      return readdirSync(join(this.path, 'etcd'));
    } catch {
      return [];
    }
  }
}
