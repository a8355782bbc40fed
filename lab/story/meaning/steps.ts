/** Checks what happens in a story: moments, names and targets. */

import { nodesOf } from '../../../deploy/cluster-spec.ts';
import { groupsOf, withTextCapacity } from '../cluster-of.ts';
import {
  type Deed,
  type MasterName,
  masters,
  type NodeChoice,
  nodeComponents,
  type PodChoice,
  type Step,
  type Target,
} from '../format.ts';
import type { Path } from '../source.ts';
import { msOf } from '../words.ts';
import { checkGroup, checkLabel, checkQuantity } from './cluster.ts';
import { checkCondition } from './conditions.ts';
import type { Reader } from './reader.ts';

/** The deeds done to a target. */
const targeted = ['crash', 'restart', 'cut', 'slow', 'hang', 'leak', 'heal'] as const;
/** The deeds, and the words around them that are none. */
const around = ['at', 'after', 'when', 'within', 'say'];

/** Names the deed of a step; undefined where it only waits or speaks. */
export function deedOf(step: Step): Deed | undefined {
  return Object.keys(step).find((key) => !around.includes(key)) as Deed | undefined;
}

/** Checks all steps, in order, as they learn names from each other. */
export function checkSteps(reader: Reader): void {
  const groups = groupsOf(reader.story.cluster);
  let lastMs = 0;
  for (const [i, step] of (reader.story.story ?? []).entries()) {
    const path = ['story', i];
    checkMoment(reader, path, step, lastMs);
    if (step.at !== undefined) lastMs = Math.max(lastMs, msOf(step.at));
    if (step.when !== undefined) checkCondition(reader, [...path, 'when'], step.when);
    for (const group of [step.join ?? []].flat()) {
      groups.push(withTextCapacity(group));
      for (const { name } of nodesOf(groups)) reader.nodes.add(name);
    }
    checkDeed(reader, path, step);
  }
  if (reader.story.end !== undefined && msOf(reader.story.end) < lastMs) {
    reader.refuse(['end'], `the story ends before its last step`, `write at least ${lastMs / 1000}s`);
  }
}

function checkMoment(reader: Reader, path: Path, step: Step, lastMs: number): void {
  const deeds = Object.keys(step).filter((key) => !around.includes(key));
  if (deeds.length > 1) {
    const second = [...path, String(deeds[1])];
    reader.refuse(
      second,
      `a step does one thing, and this one does ${deeds.join(' and ')}`,
      'make a step of each',
      'key',
    );
  }
  if (step.at !== undefined && step.after !== undefined) {
    reader.refuse([...path, 'after'], 'a step has "at" or "after", not both', 'leave one out', 'key');
  }
  if (step.within !== undefined && step.when === undefined) {
    reader.refuse(
      [...path, 'within'],
      '"within" says how long "when" is waited for, and there is none',
      'add "when: ..."',
      'key',
    );
  }
  if (step.at !== undefined && msOf(step.at) < lastMs) {
    reader.refuse(
      [...path, 'at'],
      `comes after a step at ${lastMs / 1000}s`,
      'put the steps in the order of their times',
    );
  }
}

function checkDeed(reader: Reader, path: Path, step: Step): void {
  for (const text of [step.delete ?? []].flat()) reader.expectReference([...path, 'delete'], text);
  for (const deed of ['scale', 'label', 'patch'] as const) {
    for (const text of Object.keys(step[deed] ?? {})) reader.expectReference([...path, deed, text], text, 'key');
  }
  for (const [text, labels] of Object.entries(step.label ?? {})) {
    for (const [key, value] of Object.entries(labels)) checkLabel(reader, [...path, 'label', text, key], key, value);
  }
  for (const deed of ['cordon', 'uncordon', 'drain'] as const) checkNode(reader, [...path, deed], step[deed]);
  for (const deed of targeted) {
    const target = step[deed];
    if (target !== undefined && target !== 'all') checkTarget(reader, [...path, deed], deed, target);
  }
  checkNode(reader, [...path, 'cut', 'from'], step.cut?.from);
  checkNode(reader, [...path, 'place', 'node'], step.place?.node);
  checkNode(reader, [...path, 'remove', 'node'], step.remove?.node);
  if (step.leak !== undefined) checkLeakRate(reader, [...path, 'leak', 'rate'], step.leak.rate);
  const groups = [step.join ?? []].flat();
  for (const [i, group] of groups.entries()) {
    checkGroup(reader, [...path, 'join', ...(Array.isArray(step.join) ? [i] : [])], group);
  }
}

function checkLeakRate(reader: Reader, path: Path, rate: string): void {
  const [amount = '', unit] = rate.split('/');
  if (unit === 's') checkQuantity(reader, path, amount);
  else reader.refuse(path, `"${rate}" is not an amount per second`, 'write one such as 50Mi/s');
}

function checkTarget(reader: Reader, path: Path, deed: (typeof targeted)[number], target: Target): void {
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
  if ((deed === 'hang' || deed === 'leak') && pod === undefined) {
    reader.refuse(path, `only programs in pods ${deed}`, 'say which: {pod: {matching: app=web}}');
  }
  if (deed === 'restart' && pod !== undefined) {
    reader.refuse([...path, 'pod'], 'the kubelet restarts containers', 'use crash: {pod: ...}', 'key');
  }
  if (component !== undefined) checkComponent(reader, path, deed, component, node, replica);
}

function checkComponent(
  reader: Reader,
  path: Path,
  deed: string,
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
  if (deed === 'cut' && !isMaster)
    reader.refuse([...path, 'component'], 'a whole node is cut', 'leave component out', 'key');
}

function replicasOf(reader: Reader, component: MasterName): number {
  return reader.story.cluster?.controlPlane?.[component] ?? (component === 'dns' ? 2 : 1);
}

function checkNode(reader: Reader, path: Path, choice: NodeChoice | undefined): void {
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
