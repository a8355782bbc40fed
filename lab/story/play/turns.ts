/** The turns of a run: its first fault, and when all is whole again. */

import { lookAtReady } from './conditions/ready.ts';
import type { Stage } from './stage.ts';

/** When the first fault was, and since when all is whole again, in ms since the epoch. */
export interface Turns {
  faultAt?: number;
  healedAt?: number;
  /** Whether the fault has shown in what was applied, or somebody has mended it: before, nothing can have healed. */
  hasShown?: boolean;
}

/** Notes that a fault begins now. */
export function beginFault({ turns, engine }: Stage): void {
  turns.faultAt ??= engine.now();
  delete turns.healedAt;
}

/** Notes that somebody mended something: all may be whole from now on. */
export function noteMended({ turns }: Stage): void {
  if (turns.faultAt !== undefined) turns.hasShown = true;
}

/** Looks whether what was applied is ready, and keeps the turns as that says; gives whether they changed. */
export function watchTurns(stage: Stage): boolean {
  const { turns, engine } = stage;
  if (turns.faultAt === undefined || stage.applied.size === 0) return false;
  const isWhole = !doesFaultLast(stage) && lookAtReady(stage, 'all').holds;
  const wasHealed = turns.healedAt !== undefined;
  if (!isWhole) {
    turns.hasShown = true;
    delete turns.healedAt;
  } else if (turns.hasShown === true) turns.healedAt ??= engine.now();
  return wasHealed !== (turns.healedAt !== undefined);
}

function doesFaultLast({ faults }: Stage): boolean {
  return [...faults.values()].some((those) => those.some(({ isOver }) => !isOver()));
}

/** At the end, a fault that never showed in anything was over at once. */
export function settleTurns({ turns }: Stage): void {
  if (turns.faultAt !== undefined && turns.hasShown !== true) turns.healedAt ??= turns.faultAt + 1;
}
