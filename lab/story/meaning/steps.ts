/** Checks what happens in a story: moments, names and targets. */

import { nodesOf } from '../../../deploy/cluster-spec.ts';
import { groupsOf, withTextCapacity } from '../cluster-of.ts';
import type { Deed, Step } from '../format.ts';
import type { Path } from '../source.ts';
import { msOf, ppmOf } from '../words.ts';
import { checkGroup, checkLabel, checkQuantity } from './cluster.ts';
import { checkCondition } from './conditions.ts';
import type { Reader } from './reader.ts';
import { checkNode, checkTarget, targeted } from './targets.ts';

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
  if (step.skew !== undefined) checkSkew(reader, [...path, 'skew'], step.skew);
  if (step.disk !== undefined && step.disk.fsync === undefined && step.disk.failure === undefined)
    reader.refuse([...path, 'disk'], 'says nothing of the disk', 'add fsync or failure', 'key');
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

function checkSkew(reader: Reader, path: Path, { ahead, behind, drift }: NonNullable<Step['skew']>): void {
  if (ahead === undefined && behind === undefined && drift === undefined)
    reader.refuse(path, 'says nothing of the clock', 'add ahead, behind or drift', 'key');
  if (ahead !== undefined && behind !== undefined)
    reader.refuse([...path, 'behind'], 'a clock is ahead or behind, not both', 'leave one out', 'key');
  if (drift !== undefined && ppmOf(drift) <= -1e6)
    reader.refuse([...path, 'drift'], `with ${drift} time would stand still`, 'write more than -1000000ppm');
}
