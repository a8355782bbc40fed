/** The verdict on what a run has recorded: all checkers, one after the other. */

import type { Call, WatchHistory } from '../../actors/client/etcd-load/history.ts';
import { etcdModel, modelCalls } from '../invariants/etcd-model.ts';
import { describeViolation } from '../invariants/etcd-words.ts';
import { checkLinearizability } from '../invariants/linearizability.ts';
import { uniteHistory } from '../invariants/revision-history.ts';
import { checkSnapshotReads } from '../invariants/snapshot-reads.ts';
import { checkWatch } from '../invariants/watch-guarantees.ts';

/** What clients have recorded. */
export interface Records {
  readonly calls: readonly Call[];
  readonly watches: readonly WatchHistory[];
  /** ms since the Unix epoch of the run's beginning: times are told from there. */
  readonly epochMs: number;
  /** Every watch must have been told all until here; nothing is asked of the end without it. */
  readonly toldUntil?: number;
  /** How much faster than others a clock may have run: 0.05 for 5 %. */
  readonly fastest?: number;
}

/** What is wrong, in words; empty where nothing is. */
export function judge(records: Records): string[] {
  const { calls, watches, epochMs, toldUntil, fastest } = records;
  const history = uniteHistory(calls, watches);
  const violations = [...history.contradictions];
  const options = { epochMs, ...(toldUntil !== undefined && { toldUntil }) };
  for (const watch of watches) violations.push(...checkWatch(watch, history, options).map(({ words }) => words));
  const finding = checkLinearizability(modelCalls(calls, fastest), etcdModel(history));
  if (finding.verdict !== 'linearizable') violations.push(describeViolation(finding, epochMs, history));
  else violations.push(...checkSnapshotReads(calls, finding.order, epochMs));
  return violations;
}
