/** A cluster that is begun, or brought back: what its data decide, what the command line may change, and who says so. */

import { isDeepStrictEqual } from 'node:util';
import type { DataFolder } from '../../deploy/live/data-folder.ts';
import type { StoryCluster } from '../../lab/story/format.ts';
import { type AskedCluster, askedCluster, type ClusterOptions } from './asked-cluster.ts';

/** The cluster to start. */
export interface ClusterToStart extends AskedCluster {
  readonly seed: number | string;
  /** How often it was started before. */
  readonly starts: number;
  /** What differs from its data, and which of the two counts. */
  readonly differences: readonly string[];
}

/** Decides what cluster to start, and keeps it where there is a folder. @throws InputError, UsageError, DataError */
export function clusterToStart(
  options: ClusterOptions & { seed?: string | undefined },
  folder: DataFolder<StoryCluster> | undefined,
  version: string,
): ClusterToStart {
  const kept = folder?.describe();
  const given = askedCluster(options, kept?.cluster);
  const wantedSeed = seedOf(options.seed);
  const seed = kept?.seed ?? wantedSeed ?? randomSeed();
  const differences: string[] = [];
  let { asked, spec } = given;
  if (kept !== undefined) {
    const before = askedCluster({ set: [] }, kept.cluster);
    // Its members know each other by name, and a new one would have to be added to their group.
    const isOther = spec.controlPlane.etcd !== before.spec.controlPlane.etcd || spec.name !== before.spec.name;
    if (isOther) {
      differences.push(`the data are of ${members(before)}, not ${members(given)}: the data win`);
      asked = withIdentity(asked, before.asked);
      const { name } = before.spec;
      spec = { ...spec, name, controlPlane: { ...spec.controlPlane, etcd: before.spec.controlPlane.etcd } };
    }
    if (wantedSeed !== undefined && wantedSeed !== kept.seed) {
      differences.push(`the data are of seed ${kept.seed}, not ${wantedSeed}: the data win`);
    }
    differences.push(...changes(before, { asked, spec }));
  }
  const starts = kept?.starts ?? 0;
  folder?.keep({ version: kept?.version ?? version, seed, cluster: asked, starts: starts + 1 });
  // Every start is a run of its own: one that drew what an earlier one drew would give two objects one uid.
  return { asked, spec, seed: starts === 0 ? seed : `${seed}/${starts + 1}`, starts, differences };
}

function members({ spec: { name, controlPlane } }: AskedCluster): string {
  return `a cluster "${name}" with ${controlPlane.etcd} of etcd`;
}

function withIdentity(asked: StoryCluster, before: StoryCluster): StoryCluster {
  const { name: _, ...rest } = asked;
  const { etcd: __, ...masters } = asked.controlPlane ?? {};
  const etcd = before.controlPlane?.etcd;
  return {
    ...rest,
    ...(before.name !== undefined && { name: before.name }),
    controlPlane: { ...masters, ...(etcd !== undefined && { etcd }) },
  };
}

function changes(before: AskedCluster, now: AskedCluster): string[] {
  const said: string[] = [];
  const had = new Map(before.spec.nodes.map((node) => [node.name, node]));
  const has = new Map(now.spec.nodes.map((node) => [node.name, node]));
  const gone = [...had.keys()].filter((name) => !has.has(name));
  const fresh = [...has.keys()].filter((name) => !had.has(name));
  const other = [...has].filter(([name, node]) => had.has(name) && !isDeepStrictEqual(node, had.get(name)));
  const all = `${now.spec.nodes.length} nodes, not ${before.spec.nodes.length}: the command line wins`;
  if (fresh.length > 0) said.push(`${all}; ${few(fresh)} will join`);
  if (gone.length > 0) said.push(`${all}; ${few(gone)} will not come back, and become NotReady`);
  if (other.length > 0) said.push(`other machines for ${few(other.map(([name]) => name))}: the command line wins`);
  const parts = ['settings', 'images', 'masterZones'] as const;
  const { etcd: _, ...masters } = now.spec.controlPlane;
  const { etcd: __, ...mastersBefore } = before.spec.controlPlane;
  if (!isDeepStrictEqual(masters, mastersBefore)) said.push('another control plane: the command line wins');
  for (const part of parts) {
    if (isDeepStrictEqual(now.spec[part], before.spec[part])) continue;
    said.push(`other ${part === 'masterZones' ? 'zones' : part}: the command line wins`);
  }
  return said;
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names[0]}, ${names[1]} and ${names.length - 2} more`;
}

function seedOf(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/** Two clusters that nobody gave a seed are not to be twins. */
function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
