/** The randomized run of etcd: right members pass, wrong ones are seen, and a run can be had again. */

import { describe, expect, test } from 'vitest';
import type { Call, WatchFact, WatchHistory } from '../../actors/client/etcd-load/history.ts';
import { type FaultName, faultNames, planFaults } from './fault-plan.ts';
import { judge, type Records } from './judge.ts';
import { record, run } from './run.ts';
import { wrongEtcds } from './testing/wrong-etcd.ts';

const small = { members: 1, clients: 4, seconds: 15 };

test('50 seeds of one member under all faults show nothing wrong, and much happens in them', () => {
  const total = { calls: 0, unknown: 0, faults: 0 };
  for (let seed = 1; seed <= 50; seed++) {
    const { violations, calls, unknown, plan } = run({ ...small, seed });
    expect(violations, `npm run check:etcd -- --seeds 1 --from ${seed} --clients 4 --seconds 15`).toEqual([]);
    total.calls += calls;
    total.unknown += unknown;
    total.faults += plan.length;
  }
  expect(total.calls).toBeGreaterThan(10_000);
  expect(total.unknown).toBeGreaterThan(500);
  expect(total.faults).toBeGreaterThan(300);
});

test('50 seeds of three members and 10 of five show nothing wrong, and their stores are compared', () => {
  let compared = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const members = seed <= 50 ? 3 : 5;
    const outcome = run({ ...small, members, seed });
    expect(
      outcome.violations,
      `npm run check:etcd -- --seeds 1 --from ${seed} --members ${members} --clients 4`,
    ).toEqual([]);
    compared += outcome.compared;
  }
  expect(compared).toBeGreaterThan(1_000);
});

test('the same seed is the same run; another one is another', () => {
  const [one, again, other] = [3, 3, 4].map((seed) => run({ ...small, members: 3, seed }));
  expect(again).toEqual(one);
  expect(other?.fingerprint).not.toBe(one?.fingerprint);
});

test('every kind of fault is drawn, none ends after the healing, and a process stays dead for half a second', () => {
  const drawn = new Set<FaultName>();
  for (const name of faultNames) {
    const plan = planFaults({ seed: 1, members: 3, clients: 3, seconds: 60 }, [name]);
    if (plan.length > 0) drawn.add(name);
    for (const { atMs, untilMs, fault } of plan) {
      expect(untilMs).toBeLessThanOrEqual(60_000);
      if (fault.kind === 'crash') expect(untilMs - atMs).toBeGreaterThanOrEqual(500);
    }
  }
  expect([...drawn]).toEqual([...faultNames]);
});

describe('a wrong member is seen that', () => {
  test.each(wrongEtcds.map((one) => [one.wrong, one] as const))('%s', (_, wrong) => {
    const { definition, members, faults, says, larger: { from, ...size } = { from: 1 } } = wrong;
    let found: readonly string[] = [];
    for (let seed = from; seed < from + 100 && found.length === 0; seed++) {
      found = run({ ...small, ...size, members, seed, faults, etcd: definition }).violations;
    }
    expect(found.join('\n')).toMatch(says);
  });
});

describe('a right history is seen to be wrong when', () => {
  const { records } = record({ ...small, seconds: 30, seed: 1, faults: ['split', 'flap', 'cut'] });
  const verdict = (changed: Partial<Records>) => judge({ ...records, ...changed }).join('\n');
  const isWrite = ({ answered }: Call) => answered?.type === 'kv.committed' && answered.body.results[0]?.op === 'put';

  /** Changes what one watch was told; the first fact that `pick` takes is replaced. */
  const retold = (
    pick: (fact: WatchFact, i: number, facts: WatchFact[]) => boolean,
    by: (fact: WatchFact) => WatchFact[],
  ) => {
    const watches = records.watches.filter(({ rangeEnd }) => rangeEnd === '/k0');
    const whose = watches.find(({ facts }) => facts.some(pick))!;
    const at = whose.facts.findIndex(pick);
    const facts = whose.facts.flatMap((fact, i) => (i === at ? by(fact) : [fact]));
    return { watches: records.watches.map((watch) => (watch === whose ? { ...whose, facts } : watch)) };
  };
  /** The n-th change, of those told right after another one. */
  const amid = (fact: WatchFact, i: number, facts: WatchFact[]) =>
    i > 40 && fact.fact === 'changed' && facts[i - 1]?.fact === 'changed';

  test('nothing is changed: then it is right', () => expect(verdict({})).toBe(''));

  test('an acknowledged write is lost: nobody was told of it, and another one has its revision', () => {
    const at = records.calls.findIndex((call, i) => i > 50 && isWrite(call));
    const calls = records.calls.map((call, i) => {
      if (i !== at || call.answered?.type !== 'kv.committed') return call;
      const body = { ...call.answered.body, revision: call.answered.body.revision + 1 };
      return { ...call, answered: { ...call.answered, body } };
    });
    expect(verdict({ calls })).toMatch(/not linearizable|was told/);
  });

  test('a read is stale', () => {
    const reads = records.calls.filter(
      ({ asked, answered }) =>
        asked.type === 'kv.range' && asked.body.limit === undefined && answered?.type === 'kv.ranged',
    );
    const lists = reads.filter(({ asked }) => {
      const { serializable, revision, rangeEnd } = asked.body as {
        serializable?: boolean;
        revision?: number;
        rangeEnd?: string;
      };
      return rangeEnd !== undefined && serializable !== true && revision === undefined;
    });
    const byEnd = [...lists].sort((a, b) => a.endMs - b.endMs);
    const [early, late] = [byEnd[5]!, byEnd.at(-5)!];
    const calls = records.calls.map((call) => (call === late ? { ...late, answered: early.answered } : call));
    expect(verdict({ calls })).toContain('stale');
  });

  test('an event is told twice', () => {
    expect(verdict(retold(amid, (fact) => [fact, fact]))).toContain('not unique');
  });

  test('an event is left out', () => {
    expect(verdict(retold(amid, () => []))).toContain('not reliable');
  });

  test('an event is left out where a watch was resumed', () => {
    const first = (fact: WatchFact, i: number, facts: WatchFact[]) =>
      i > 10 && facts[i - 1]?.fact === 'created' && fact.fact === 'changed' && facts[i + 1]?.fact === 'changed';
    expect(verdict(retold(first, () => []))).toContain('not resumable');
  });

  test('progress is told before an event', () => {
    const early = (fact: WatchFact): WatchFact[] =>
      fact.fact === 'changed' ? [{ fact: 'progressed', atMs: fact.atMs, revision: fact.revision }, fact] : [fact];
    expect(verdict(retold(amid, early))).toContain('not bookmarkable');
  });

  test('two events change places', () => {
    const [first, ...others] = records.watches as WatchHistory[];
    const at = first!.facts.findIndex(amid);
    const facts = [...first!.facts];
    [facts[at - 1], facts[at]] = [facts[at]!, facts[at - 1]!];
    expect(verdict({ watches: [{ ...first!, facts }, ...others] })).toMatch(/not (reliable|ordered)/);
  });
});
