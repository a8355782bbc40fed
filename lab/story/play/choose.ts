/** Chooses nodes and pods when it comes to that: by name, by labels, by what runs there. */

import type { KubernetesObject, Node, Pod } from '../../../protocol/objects.ts';
import type { Choice, NodeChoice, Pick, PodChoice } from '../format.ts';
import { byName } from '../timeline/lists.ts';
import { isMatch } from './conditions/counted.ts';
import type { Stage } from './stage.ts';
import { StoryError } from './story-error.ts';

/** Chooses nodes; gives their names. @throws StoryError where there is none */
export function chooseNodes(stage: Stage, choice: NodeChoice): string[] {
  if (typeof choice === 'string') return [stage.names.get(choice) ?? choice];
  const matching = stage.view.nodes.filter(({ metadata }) => isMatch(choice.matching, metadata.labels));
  const found = choice.most === undefined ? matching : withMost(stage, matching, choice.most);
  return named(stage, pick(stage, found, choice), choice, 'node').map(({ metadata }) => metadata.name);
}

/** Chooses one node. @throws StoryError where there is none */
export function chooseNode(stage: Stage, choice: NodeChoice): string {
  return chooseNodes(stage, choice)[0] as string;
}

/** Chooses pods; those that are ending or have ended only by name. @throws StoryError where there is none */
export function choosePods(stage: Stage, choice: PodChoice): Pod[] {
  if (typeof choice === 'string') {
    const name = stage.names.get(choice) ?? choice;
    const found = stage.view.pods.filter(({ metadata }) => metadata.name === name);
    if (found.length === 0) throw new StoryError(`there is no pod "${name}" now`);
    return found;
  }
  const node = choice.node === undefined ? undefined : (stage.names.get(choice.node) ?? choice.node);
  const found = stage.view.pods.filter(
    (pod) =>
      isMatch(choice.matching, pod.metadata.labels) &&
      (node === undefined || pod.spec.nodeName === node) &&
      pod.metadata.deletionTimestamp === undefined,
  );
  return named(stage, pick(stage, found, choice), choice, 'pod');
}

/** The nodes on which most running pods match a selector. */
function withMost({ view }: Stage, nodes: readonly Node[], selector: string): Node[] {
  const counts = new Map<string, number>();
  for (const { spec, status, metadata } of view.pods) {
    const isCounted = status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
    if (!isCounted || spec.nodeName === undefined || !isMatch(selector, metadata.labels)) continue;
    counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  }
  const most = Math.max(0, ...nodes.map(({ metadata }) => counts.get(metadata.name) ?? 0));
  return most === 0 ? [] : nodes.filter(({ metadata }) => counts.get(metadata.name) === most);
}

function pick<T extends KubernetesObject>({ random }: Stage, found: readonly T[], choice: Choice): T[] {
  const order: Pick = choice.pick ?? 'first';
  const sorted = [...found].sort((a, b) => byName(a.metadata.name, b.metadata.name));
  if (order === 'all') return sorted;
  if (order === 'random') return sorted.slice(...oneAt(Math.floor(random() * sorted.length)));
  if (order !== 'first') sorted.sort((a, b) => (bornAt(a) < bornAt(b) ? -1 : bornAt(a) > bornAt(b) ? 1 : 0));
  return order === 'newest' ? sorted.slice(-1) : sorted.slice(0, 1);
}

function oneAt(index: number): [number, number] {
  return [index, index + 1];
}

function bornAt({ metadata }: KubernetesObject): string {
  return metadata.creationTimestamp ?? '';
}

function named<T extends KubernetesObject>(stage: Stage, chosen: T[], choice: Choice, kind: string): T[] {
  const [first] = chosen;
  if (first === undefined) throw new StoryError(`there is no ${kind} now ${asAsked(choice)}`);
  if (choice.as !== undefined) stage.names.set(choice.as, first.metadata.name);
  return chosen;
}

function asAsked({ matching, most, node }: Choice): string {
  const words = [matching && `with ${matching}`, most && `that runs pods with ${most}`, node && `on ${node}`];
  return words.filter((word) => word !== undefined).join(' ') || 'at all';
}
