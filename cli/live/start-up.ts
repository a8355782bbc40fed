/** The steps that every start of a live cluster takes, whole or one host's part of it, told as they are taken. */

import type { Manifest } from '../../deploy/manifests.ts';
import type { DiskFolder } from '../../engine/disk/folder.ts';
import type { ClusterLink } from '../../gateway/cluster-link.ts';
import { ApplyError, applyObject } from '../../gateway/live/applying.ts';
import type { Front } from '../../gateway/live/front.ts';
import { nodesReady } from '../../gateway/live/readiness.ts';
import { InputError } from '../../lab/story/input-error.ts';

/** Where a start says what it does: a line each. */
export interface Voice {
  /** What is under way, or done. */
  say(line: string): void;
  warn(line: string): void;
  /** Called once when the cluster, or the host, is ready. */
  ready(): void;
}

/** ms of real time between two lines on how many nodes are ready. */
const tellEveryMs = 500;
/** ms between which a measured sync is believed: a disk without a cache, and one that was busy just then. */
const [leastSyncMs, mostSyncMs] = [1, 25];

/** Looks whether the disks of etcd's members are sound. @throws InputError where so many are damaged that etcd cannot serve */
export function checkDisks(disks: Iterable<DiskFolder>, members: number, { warn }: Voice): void {
  const damaged = [...disks].map((disk) => disk.damaged()).filter((found) => found.length > 0);
  const mistakes = damaged.map(([first]) => ({
    file: first?.path ?? '',
    what: `is damaged: record ${first?.place} of "${first?.file}" has decayed`,
    fix: 'restore the folder from a copy',
  }));
  if (damaged.length * 2 >= members && damaged.length > 0) throw new InputError(mistakes);
  for (const { file, what } of mistakes) warn(`${file} ${what}; that member of etcd will not serve`);
}

/** ms that the run counts on for a sync of a folder: tenths of one, as the next start is to find about the same. */
export function syncMs(folder: { measureSync(): number }): number {
  return Math.min(Math.max(Math.ceil(folder.measureSync() * 10) / 10, leastSyncMs), mostSyncMs);
}

/** Opens the door to the API servers; gives its URL. @throws InputError where the port cannot be had */
export async function openDoor(front: Front, port: number, address?: string, shown?: string): Promise<string> {
  try {
    return await front.open(port, address, shown);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRNOTAVAIL') {
      const fix = 'name an address of this machine, or 0.0.0.0 for all of them';
      throw new InputError([{ file: `--listen ${address}`, what: 'is no address of this machine', fix }]);
    }
    const what = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be listened on: ${message}`;
    throw new InputError([{ file: `port ${port}`, what, fix: 'name another one, or --port 0 for any that is free' }]);
  }
}

/** Waits until nodes are Ready, and says how far it has come; `onReady` is told each time how many are. */
export async function waitForNodes(
  { link, apiserver, names }: { link: ClusterLink; apiserver: string; names: readonly string[] },
  { say }: Voice,
  signal: AbortSignal,
  onReady: (ready: number) => void,
): Promise<void> {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  let toldAt = Number.NEGATIVE_INFINITY;
  const onProgress = (ready: number) => {
    onReady(ready);
    const isLast = ready === names.length;
    if (!isLast && performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    say(`nodes ready ${ready}/${names.length}${isLast ? `  after ${seconds()}` : ''}`);
  };
  await nodesReady(link, apiserver, names, { onProgress, signal });
}

/** Applies manifests, one after the other; what is refused is told. */
export async function applyAll(
  { link, apiserver }: { link: ClusterLink; apiserver: string },
  manifests: readonly Manifest[],
  { say, warn }: Voice,
): Promise<void> {
  for (const { object, kind } of manifests) {
    const name = `${kind.singular}${kind.group === '' ? '' : `.${kind.group}`}/${object.metadata.name}`;
    try {
      say(`${name} ${await applyObject(link, apiserver, object, kind)}`);
    } catch (error) {
      if (!(error instanceof ApplyError)) throw error;
      warn(`${name} was refused: ${error.message}`);
    }
  }
}

/** Says how the door is used. */
export function sayHowToUse(server: string, kubeconfig: string, ending: string, { say }: Voice): void {
  say('');
  say(`The API server is at ${server}. To use it:`);
  say('');
  say(`  export KUBECONFIG=${kubeconfig}`);
  say('  kubectl get nodes');
  say('');
  say(ending);
}

/** Gives when a signal has come. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** So many of something, in words. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
