/** Does what a step says, and tells it. */

import type { Step } from '../../format.ts';
import type { Script } from '../../script.ts';
import { type Stage, tell } from '../stage.ts';
import { beginFault, noteMended } from '../turns.ts';
import { crash, restart, setRegistry } from './faults.ts';
import { disk, diskInWords, skew, skewInWords } from './hardware.ts';
import { heal } from './lasting.ts';
import { join, place, removeFile } from './machines.ts';
import { cut, hold, lose, slow } from './messages.ts';
import { apply, label, patch, remove, scale, withNodes } from './objects.ts';
import { failProbes, hang, leak } from './programs.ts';

/** Does the deed of a step; `number` is its place in the story. @throws StoryError */
export function perform(stage: Stage, script: Script, step: Step, number: number): void {
  if (step.say !== undefined) tell(stage, 'act', `“${step.say}”`);
  if (step.apply !== undefined) apply(stage, script.manifests.byStep.get(number) ?? []);
  const pod = script.manifests.placed.get(number);
  if (step.place !== undefined && pod !== undefined) say(stage, 'place', place(stage, step.place, pod));
  askApi(stage, step);
  turnMachines(stage, step);
  breakThings(stage, step);
  mendThings(stage, step);
}

/** What a user does with kubectl. */
function askApi(stage: Stage, step: Step): void {
  if (step.delete !== undefined) say(stage, 'kubectl delete', remove(stage, step.delete));
  if (step.scale !== undefined) say(stage, 'kubectl scale', scale(stage, step.scale));
  if (step.label !== undefined) say(stage, 'kubectl label', label(stage, step.label));
  if (step.patch !== undefined) say(stage, 'kubectl patch', patch(stage, step.patch));
  for (const verb of ['cordon', 'uncordon', 'drain'] as const) {
    const choice = step[verb];
    if (choice !== undefined) say(stage, `kubectl ${verb}`, withNodes(stage, choice, verb));
  }
}

/** What is done at the machines. */
function turnMachines(stage: Stage, { join: joining, remove: removing }: Step): void {
  if (joining !== undefined) say(stage, 'join', join(stage, joining));
  if (removing !== undefined) say(stage, 'remove', removeFile(stage, removing));
}

function breakThings(stage: Stage, step: Step): void {
  if (step.crash !== undefined) blame(stage, 'crash', crash(stage, step.crash));
  const { registry } = step;
  if (registry !== undefined && registry !== 'available') blame(stage, 'registry', setRegistry(stage, registry));
  touchMessages(stage, step);
  wearHardware(stage, step);
  troublePrograms(stage, step);
}

function touchMessages(stage: Stage, step: Step): void {
  if (step.cut !== undefined) blame(stage, 'cut off', cut(stage, step.cut));
  if (step.slow !== undefined) blame(stage, `slow by ${step.slow.by}:`, slow(stage, step.slow));
  if (step.hold !== undefined) blame(stage, 'hold all messages of', hold(stage, step.hold));
  if (step.lose !== undefined) blame(stage, `lose ${step.lose.share} of the messages of`, lose(stage, step.lose));
}

function wearHardware(stage: Stage, step: Step): void {
  if (step.skew !== undefined) blame(stage, `clock ${skewInWords(step.skew)}:`, skew(stage, step.skew));
  if (step.disk !== undefined) blame(stage, `${diskInWords(step.disk)}:`, disk(stage, step.disk));
}

function troublePrograms(stage: Stage, step: Step): void {
  if (step.hang !== undefined) blame(stage, 'hang', hang(stage, step.hang));
  if (step.leak !== undefined) blame(stage, `leak ${step.leak.rate} in`, leak(stage, step.leak));
  const { failProbes: failing } = step;
  if (failing !== undefined) blame(stage, `probes of ${failing.match} fail in`, failProbes(stage, failing));
}

function mendThings(stage: Stage, { restart: restarting, heal: healing, registry }: Step): void {
  if (restarting !== undefined) say(stage, 'restart', restart(stage, restarting));
  if (healing !== undefined) say(stage, 'heal', heal(stage, healing));
  if (registry === 'available') say(stage, 'registry', setRegistry(stage, registry));
  if (restarting !== undefined || healing !== undefined || registry === 'available') noteMended(stage);
}

function say(stage: Stage, verb: string, whom: readonly string[]): void {
  tell(stage, 'act', [verb, whom.join(', ')].join(' '));
}

/** Tells a fault, the first of which parts the run into before and after. */
function blame(stage: Stage, verb: string, whom: readonly string[]): void {
  beginFault(stage);
  tell(stage, 'fault', [verb, whom.join(', ')].join(' '));
}
