/** The nodes that a host is asked to run, checked as those of a story are. */

import type { NodeGroup } from '../../deploy/cluster-spec.ts';
import { groupsOf } from '../../lab/story/cluster-of.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { parseScript } from '../../lab/story/script.ts';
import { UsageError } from '../arguments.ts';
import { numberOf } from '../live/asked-cluster.ts';

/** What a command line says of nodes. */
export interface NodeOptions {
  readonly nodes?: string | undefined;
  readonly prefix?: string | undefined;
  readonly zones?: string | undefined;
  readonly labels?: string | undefined;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly pods?: string | undefined;
}

/** Reads a group of nodes. @throws UsageError, InputError naming the option */
export function checkedGroup(options: NodeOptions): NodeGroup {
  const { prefix, zones, labels, cpu, memory, pods } = options;
  const group: NodeGroup = {
    count: numberOf('nodes', options.nodes, 0) ?? 0,
    ...(prefix !== undefined && { prefix }),
    ...(zones !== undefined && { zones: wordsOf(zones) }),
    ...(labels !== undefined && { labels: Object.fromEntries(wordsOf(labels).map(labelOf)) }),
    ...((cpu ?? memory ?? pods) !== undefined && {
      capacity: { ...(cpu && { cpu }), ...(memory && { memory }), ...(pods && { pods }) },
    }),
  };
  const text = JSON.stringify({ name: 'host', cluster: { nodes: [group] } });
  const { story } = checked(() => parseScript(text, { file: 'the command line', folder: '.' }, { set: [] }));
  return groupsOf(story.cluster)[0] ?? group;
}

/** Tells mistakes as they were written on the command line. */
function checked<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.mistakes.map(({ field, line: _, ...rest }) => ({ ...rest, file: `--${optionOf(field ?? '')}` })),
      error.code,
    );
  }
}

function optionOf(field: string): string {
  const path = field.split('.').slice(2);
  return (path[0] === 'capacity' ? path[1] : path[0] === 'count' ? 'nodes' : path[0]) ?? 'nodes';
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function labelOf(text: string): [string, string] {
  const [key = '', value] = text.split(/=(.*)/s);
  if (value === undefined) throw new UsageError(`--labels ${text} is no label`, `write ${key}=VALUE`);
  return [key, value];
}
