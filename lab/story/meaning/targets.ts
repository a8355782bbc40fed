/** Checks whom deeds are done to: nodes, pods, components, and what each can suffer. */

import { type MasterName, masters, type NodeChoice, nodeComponents, type PodChoice, type Target } from '../format.ts';
import type { Path } from '../source.ts';
import type { Reader } from './reader.ts';

/** The deeds done to a target. */
export const targeted = [
  'crash',
  'restart',
  'cut',
  'slow',
  'hold',
  'lose',
  'skew',
  'disk',
  'hang',
  'leak',
  'failProbes',
  'heal',
] as const;
type TargetedDeed = (typeof targeted)[number];

/** What only the programs in pods do. */
const programDeeds: Partial<Record<TargetedDeed, string>> = { hang: 'hang', leak: 'leak', failProbes: 'have probes' };
/** What befalls a whole machine, and why no less. */
const machineDeeds: Partial<Record<TargetedDeed, string>> = {
  cut: 'a whole node is cut',
  skew: 'all on a machine go by one clock',
  disk: 'all on a machine write to one disk',
};

/** Checks whom a deed is done to. */
export function checkTarget(reader: Reader, path: Path, deed: TargetedDeed, target: Target): void {
  const { node, pod, component, container, replica } = target;
  if (node === undefined && pod === undefined && component === undefined) {
    reader.refuse(path, 'names nobody', 'say a node, a pod or a component');
  }
  if (pod !== undefined && (node !== undefined || component !== undefined)) {
    const other = node !== undefined ? 'node' : 'component';
    reader.refuse(
      [...path, other],
      'a pod is meant already',
      `leave ${other} out; pods of a node: {pod: {node: ...}}`,
      'key',
    );
  }
  if (container !== undefined && pod === undefined)
    reader.refuse([...path, 'container'], 'a container needs its pod', 'add "pod: ..."', 'key');
  checkNode(reader, [...path, 'node'], node);
  checkPod(reader, [...path, 'pod'], pod);
  const ofPrograms = programDeeds[deed];
  if (ofPrograms !== undefined && pod === undefined) {
    reader.refuse(path, `only programs in pods ${ofPrograms}`, 'say which: {pod: {matching: app=web}}');
  }
  const ofMachine = machineDeeds[deed];
  if (ofMachine !== undefined && pod !== undefined) {
    reader.refuse([...path, 'pod'], ofMachine, 'say its node: {node: {most: app=web}}', 'key');
  }
  if (deed === 'restart' && pod !== undefined) {
    reader.refuse([...path, 'pod'], 'the kubelet restarts containers', 'use crash: {pod: ...}', 'key');
  }
  if (component !== undefined) checkComponent(reader, path, deed, component, node, replica);
}

function checkComponent(
  reader: Reader,
  path: Path,
  deed: TargetedDeed,
  component: NonNullable<Target['component']>,
  node: NodeChoice | undefined,
  replica: Target['replica'],
): void {
  const isMaster = component in masters;
  if (!isMaster && node === undefined && component in nodeComponents) {
    reader.refuse(path, `every node has a ${component}`, 'add "node: ..." to say whose');
  }
  if (isMaster && node !== undefined)
    reader.refuse([...path, 'node'], `${component} runs on no node`, 'use "replica: ..."', 'key');
  if (!isMaster && replica !== undefined)
    reader.refuse([...path, 'replica'], `${component} has no replicas`, 'use "node: ..."', 'key');
  const count = isMaster ? replicasOf(reader, component as MasterName) : 0;
  if (isMaster && typeof replica === 'number' && replica >= count) {
    reader.refuse(
      [...path, 'replica'],
      `there ${count === 1 ? 'is 1 replica' : `are ${count} replicas`} of ${component}, counted from 0`,
    );
  }
  const ofMachine = machineDeeds[deed];
  if (ofMachine !== undefined && !isMaster)
    reader.refuse([...path, 'component'], ofMachine, 'leave component out', 'key');
}

function replicasOf(reader: Reader, component: MasterName): number {
  return reader.story.cluster?.controlPlane?.[component] ?? (component === 'dns' ? 2 : 1);
}

/** Checks a choice of nodes, and learns the name it gives. */
export function checkNode(reader: Reader, path: Path, choice: NodeChoice | undefined): void {
  if (choice === undefined) return;
  if (typeof choice === 'string') {
    reader.expectNode(path, choice);
    return;
  }
  reader.expectSelector([...path, 'matching'], choice.matching);
  reader.expectSelector([...path, 'most'], choice.most);
  learn(reader, path, choice.as);
}

function checkPod(reader: Reader, path: Path, choice: PodChoice | undefined): void {
  if (choice === undefined || typeof choice === 'string') return;
  reader.expectSelector([...path, 'matching'], choice.matching);
  if (choice.node !== undefined) reader.expectNode([...path, 'node'], choice.node);
  learn(reader, path, choice.as);
}

function learn(reader: Reader, path: Path, name: string | undefined): void {
  if (name === undefined) return;
  if (reader.nodes.has(name)) reader.refuse([...path, 'as'], `"${name}" is a node's name already`, 'give it another');
  reader.given.add(name);
}
