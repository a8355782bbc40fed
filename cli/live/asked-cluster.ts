/** The cluster that `troupe up` is asked for: by a file, by what is in its data, by options, in this order. */

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMap, parseDocument, stringify } from 'yaml';
import type { ClusterSpec } from '../../deploy/cluster-spec.ts';
import { clusterOf } from '../../lab/story/cluster-of.ts';
import type { StoryCluster } from '../../lab/story/format.ts';
import { InputError, type Mistake } from '../../lab/story/input-error.ts';
import { parseScript } from '../../lab/story/script.ts';
import { UsageError } from '../arguments.ts';

/** What the command line says of the cluster; undefined where it says nothing. */
export interface ClusterOptions {
  readonly cluster?: string | undefined;
  readonly nodes?: string | undefined;
  readonly zones?: string | undefined;
  readonly controlPlane?: string | undefined;
  readonly etcd?: string | undefined;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly pods?: string | undefined;
  /** `component.flag=value`, each. */
  readonly set: readonly string[];
}

/** A cluster as it was asked for, and as it is made. */
export interface AskedCluster {
  readonly asked: StoryCluster;
  readonly spec: ClusterSpec;
}

/** Nodes from which on the pods' network must be larger than Kubernetes's own default of 256 subnets. */
const manyNodes = 250;
const settingOption = '--set cluster.settings.';

/**
 * Makes a cluster of all that is said of it. `stored` is what its data say, which holds where nothing else is said.
 *
 * @throws InputError, UsageError naming what is wrong and what to write
 */
export function askedCluster(options: ClusterOptions, stored: StoryCluster | undefined): AskedCluster {
  const { file, text } = baseOf(options.cluster, stored);
  const folder = dirname(options.cluster ?? '.');
  const { story } = parsed(() => parseScript(text, { file, folder }, { set: settingsOf(options, stored) }));
  const asked = story.cluster ?? {};
  return { asked, spec: roomy(clusterOf(story)) };
}

/** Tells mistakes in settings as they were written on the command line. */
function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const asWritten = error.mistakes.map(({ file, field, ...rest }): Mistake => {
      if (!file.startsWith(settingOption)) return { file, ...(field !== undefined && { field }), ...rest };
      return { file: `--set ${file.slice(settingOption.length)}`, ...rest };
    });
    throw new InputError(asWritten, error.code);
  }
}

function baseOf(path: string | undefined, stored: StoryCluster | undefined): { file: string; text: string } {
  const name = 'troupe up';
  if (path === undefined) return { file: 'the data', text: stringify({ name, cluster: stored ?? {} }) };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const what = `cannot be read: ${(error as Error).message}`;
    throw new InputError([{ file: path, what, fix: 'name a file with a "cluster:" part' }]);
  }
  const { contents } = parseDocument(text);
  if (isMap(contents) && !contents.has('cluster')) {
    throw new InputError([{ file: path, what: 'has no cluster', fix: 'write it under "cluster:", as in a story' }]);
  }
  // At the end, so that every line keeps its number.
  return { file: path, text: isMap(contents) && !contents.has('name') ? `${text}\nname: ${name}\n` : text };
}

function settingsOf(options: ClusterOptions, stored: StoryCluster | undefined): string[] {
  const set: string[] = [];
  const { zones, etcd, cpu, memory, pods } = options;
  const nodes = numberOf('nodes', options.nodes, 0);
  const capacity = { ...(cpu && { cpu }), ...(memory && { memory }), ...(pods && { pods }) };
  if (Object.keys(capacity).length > 0) {
    const count = nodes ?? (typeof stored?.nodes === 'number' ? stored.nodes : 3);
    set.push(`cluster.nodes=${JSON.stringify([{ count, capacity }])}`);
  } else if (nodes !== undefined) set.push(`cluster.nodes=${nodes}`);
  if (zones !== undefined) set.push(`cluster.zones=${JSON.stringify(zonesOf(zones))}`);
  const masters = numberOf('control-plane', options.controlPlane, 1);
  if (masters !== undefined) {
    for (const name of ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager']) {
      set.push(`cluster.controlPlane.${name}=${masters}`);
    }
    // One member on each machine, as kubeadm stacks them; of an even number the last would only be in the way.
    if (etcd === undefined) set.push(`cluster.controlPlane.etcd=${Math.min(masters - 1 + (masters % 2), 7)}`);
  }
  const members = numberOf('etcd', etcd, 1);
  if (members !== undefined) set.push(`cluster.controlPlane.etcd=${members}`);
  for (const given of options.set) set.push(given.startsWith('cluster.') ? given : `cluster.settings.${given}`);
  return set;
}

/** A number of zones, or their names. */
function zonesOf(text: string): string[] {
  if (!/^\d+$/.test(text)) return text.split(',').map((name) => name.trim());
  return Array.from({ length: Math.max(1, Number(text)) }, (_, i) => `zone-${i + 1}`);
}

/** Reads a whole number of an option. @throws UsageError */
export function numberOf(option: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) >= min) return Number(text);
  throw new UsageError(`--${option} ${text} is no number from ${min} on`, `write --${option} ${Math.max(min, 3)}`);
}

/** Gives a large cluster a network that is large enough, unless its settings say which. */
function roomy(spec: ClusterSpec): ClusterSpec {
  const manager = spec.settings['kube-controller-manager'] ?? {};
  if (spec.nodes.length < manyNodes || 'cluster-cidr' in manager) return spec;
  const settings = { ...spec.settings, 'kube-controller-manager': { ...manager, 'cluster-cidr': '10.128.0.0/9' } };
  return { ...spec, settings };
}
