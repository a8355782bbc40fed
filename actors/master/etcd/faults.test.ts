import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import { parseFlags } from '../../../protocol/flags.ts';
import type { KeyValue, KeyWatch, KvRange, KvTxn } from '../../../protocol/messages/etcd.ts';
import { etcd } from './actor.ts';
import { flags } from './flags.ts';

const address = 'c.master.etcd.0';

type Act = 'write' | 'tick' | 'crash' | 'losePower' | 'breakDisk' | 'mendDisk' | 'watch';

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.constant<Act>('write') },
    { weight: 6, arbitrary: fc.constant<Act>('tick') },
    { weight: 2, arbitrary: fc.constantFrom<Act>('crash', 'losePower') },
    { weight: 1, arbitrary: fc.constantFrom<Act>('breakDisk', 'mendDisk', 'watch') },
  ),
  { maxLength: 80 },
);

test('whatever crashes, and whenever: what was answered or told is kept, exactly as it was said', () => {
  fc.assert(
    fc.property(acts, (story) => {
      const s = stage(etcd, {
        address,
        input: { members: [address], config: parseFlags(flags, { 'snapshot-count': 5 }) },
        fsyncMs: 3,
      });
      const said = new Map<number, KeyValue>();
      const hear = () => {
        for (const { type, body } of s.take()) {
          const kvs: KeyValue[] = type === 'kv.committed' ? [body.results[0].kv] : [];
          if (type === 'key.changed') kvs.push(...body.events.map((event: { kv: KeyValue }) => event.kv));
          for (const kv of kvs) {
            expect(said.get(kv.modRevision) ?? kv).toEqual(kv);
            said.set(kv.modRevision, kv);
          }
        }
      };
      const again = () => {
        s.restart();
        s.open<KeyWatch>('key.watch', { key: '\0', rangeEnd: '\0', startRevision: 1 });
      };
      story.forEach((act, i) => {
        if (act === 'write') {
          const put = { op: 'put', key: `k${i % 7}`, value: i } as const;
          s.ask<KvTxn>('kv.txn', { compare: [], success: [put], failure: [] });
        } else if (act === 'tick') s.advance(1);
        else if (act === 'watch') s.open<KeyWatch>('key.watch', { key: '\0', rangeEnd: '\0', startRevision: 1 });
        else if (act === 'breakDisk') s.engine.setDisk('machine', { failure: 'Input/output error' });
        else if (act === 'mendDisk') s.engine.setDisk('machine', { failure: undefined });
        else {
          if (act === 'crash') s.crash();
          else s.losePower();
          again();
        }
        hear();
      });
      s.engine.setDisk('machine', { failure: undefined });
      s.losePower();
      again();
      s.advance(10);
      hear();
      for (const [revision, kv] of said) {
        s.ask<KvRange>('kv.range', { key: kv.key, revision });
        expect(s.takeOne('kv.ranged').body.kvs).toEqual([kv]);
      }
    }),
    { numRuns: 150 },
  );
});
