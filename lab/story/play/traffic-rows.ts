/** How requests fared before, during and after a fault: one row for each flow and phase. */

import type { FailureKind } from '../../../protocol/messages/traffic.ts';
import type { TrafficRow } from '../outcome.ts';
import { percent } from './conditions/counted.ts';
import { latencyOf, secondsOf, successOf } from './meter.ts';
import type { ShownTable } from './playbill.ts';
import type { Stage } from './stage.ts';

const phases = ['before', 'fault', 'after'] as const;

/** Makes the rows, as last read. */
export function trafficRows({ meter, turns }: Stage): TrafficRow[] {
  return meter.names
    .flatMap((name) =>
      phases.map((phase): TrafficRow => {
        const measured = meter.measured(name, phase, turns);
        return { name, phase: turns.faultAt === undefined ? 'all' : phase, seconds: secondsOf(measured), measured };
      }),
    )
    .filter(({ measured }) => measured.ok + measured.failed > 0);
}

/** Makes the table of the requests until now. */
export function trafficTable(stage: Stage): ShownTable {
  stage.meter.read();
  return { title: 'requests', rows: trafficCells(trafficRows(stage)) };
}

/** Writes the rows as cells, the first a header. */
export function trafficCells(rows: readonly TrafficRow[]): string[][] {
  const header = ['TRAFFIC', 'WHEN', 'FOR', 'SERVED', 'FAILED', 'SUCCESS', 'P50', 'P99', 'WHY IT FAILED'];
  return [header, ...rows.map(cellsOf)];
}

const phaseWords = { before: 'before the fault', fault: 'until healed', after: 'after', all: 'always' };

function cellsOf({ name, phase, seconds, measured }: TrafficRow): string[] {
  const { ok, failed } = measured;
  const latency = (share: number) => (ok === 0 ? '-' : `${latencyOf(measured, share).toFixed(1)}ms`);
  return [
    name,
    phaseWords[phase],
    `${seconds}s`,
    String(ok),
    String(failed),
    percent(successOf(measured)),
    latency(0.5),
    latency(0.99),
    whyFailed(measured.failures),
  ];
}

const failureWords: Readonly<Record<FailureKind, string>> = {
  timeout: 'no answer',
  refused: 'refused',
  unreachable: 'unreachable',
  dns: 'name not resolved',
  'http-error': 'HTTP 5xx',
};

function whyFailed(failures: TrafficRow['measured']['failures']): string {
  const parts = Object.entries(failures).map(([kind, count]) => `${failureWords[kind as FailureKind]} ${count}`);
  return parts.join(', ');
}
