/** The part of a sync that changes taints: again over the fresh node where somebody else changed it meanwhile. */

import type { Node } from '../../../../protocol/objects.ts';
import { readAgain } from '../controller/patches.ts';
import { type Answer, callThen, isRefusedAs, type Step } from '../controller/sync.ts';
import { isNeeded, type TaintChange, taintCall } from './taints.ts';

/** Changes under way, and the nodes whose taints could not be changed. */
export interface TaintWork {
  open: readonly TaintChange[];
  tries: number;
  readonly failed: Set<string>;
}

/** As `UpdateTaintBackoff`. */
const triesMax = 5;

/** Begins to make changes; those that change nothing are left out. */
export function makeTaintWork(changes: readonly TaintChange[]): TaintWork {
  return { open: changes.filter(isNeeded), tries: 0, failed: new Set() };
}

/** Writes the open changes; goes on at the stage `tainting`. */
export function writeTaints(work: TaintWork, nowMs: number): Step {
  work.tries += 1;
  return callThen(
    'tainting',
    work.open.map((change) => taintCall(change, nowMs)),
  );
}

/** Takes the answers of `tainting`: reads anew what was in conflict (stage `refreshing`); undefined when all is settled. */
export function afterTainting(work: TaintWork, answers: readonly Answer[]): Step | undefined {
  const conflicts = work.open.filter((_, place) => isRefusedAs(answers[place], 'Conflict'));
  work.open.forEach(({ node }, place) => {
    const refusal = answers[place]?.refusal;
    const isFinal = refusal !== undefined && (refusal.reason !== 'Conflict' || work.tries >= triesMax);
    if (isFinal) work.failed.add(node.metadata.name);
  });
  work.open = work.tries < triesMax ? conflicts : [];
  if (work.open.length === 0) return undefined;
  return callThen(
    'refreshing',
    work.open.map(({ node }) => readAgain('nodes', node)),
  );
}

/** Takes the answers of `refreshing`, and writes again. */
export function afterRefreshing(work: TaintWork, answers: readonly Answer[], nowMs: number): Step {
  const fresh = work.open.flatMap((change, place) => {
    const node = answers[place]?.object as Node | undefined;
    if (node === undefined) work.failed.add(change.node.metadata.name);
    return node === undefined ? [] : [{ ...change, node }];
  });
  work.open = fresh.filter(isNeeded);
  return writeTaints(work, nowMs);
}
