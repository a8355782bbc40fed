/** What shares a frame, and what may not: the order of each pair of actors comes first. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Travelling } from '../../protocol/message.ts';
import { isAddress } from '../../protocol/subjects.ts';
import { ASK, OPEN, PUBLISHED, SEND } from '../bus/envelope.ts';
import { Turn } from './turn.ts';

let seq = 0;
const envelope = (from: string, to: string, role: number = SEND): Travelling => ({
  type: 'word.said',
  body: undefined,
  from,
  to,
  seq: ++seq,
  causeFrom: '',
  causeSeq: 0,
  sentAt: 0,
  request: 0,
  stream: 0,
  place: 0,
  note: undefined,
  role,
});

const turnOf = (...envelopes: Travelling[]): string[] => {
  const turn = new Turn((subject) => !isAddress(subject));
  for (const one of envelopes) turn.add(one);
  return turn.take().map(({ subject, envelopes: held }) => `${subject} ${held.length}`);
};

const [one, two, group] = ['c.node.b.one', 'c.node.b.two', 'c.master.apiserver'];

describe('a turn', () => {
  it('puts all to one address into one frame, whoever sends and whatever goes elsewhere meanwhile', () => {
    expect(turnOf(envelope('a', one), envelope('a', two), envelope('b', one), envelope('a', one))).toEqual([
      `${one} 3`,
      `${two} 1`,
    ]);
  });

  it('begins another frame where a sender has said something to a group in between', () => {
    expect(turnOf(envelope('a', one), envelope('a', group), envelope('b', one), envelope('a', one))).toEqual([
      `${one} 2`,
      `${group} 1`,
      `${one} 1`,
    ]);
    expect(turnOf(envelope('a', group), envelope('a', one), envelope('b', group), envelope('a', group))).toEqual([
      `${group} 2`,
      `${one} 1`,
      `${group} 1`,
    ]);
  });

  it('spreads questions to a group over several frames, and gives each opening one of its own', () => {
    expect(turnOf(...Array.from({ length: 40 }, (_, i) => envelope(`a${i}`, group, ASK)))).toEqual([
      `${group} 16`,
      `${group} 16`,
      `${group} 8`,
    ]);
    expect(turnOf(...Array.from({ length: 3 }, (_, i) => envelope(`a${i}`, group, OPEN)))).toHaveLength(3);
  });

  it('keeps what is published apart from what is sent', () => {
    expect(turnOf(envelope('a', group), envelope('a', group, PUBLISHED))).toEqual([`${group} 1`, `${group} 1`]);
  });

  it('never lets a message of a pair overtake an earlier one, by whatever subject they go', () => {
    const sends = fc.array(
      fc.record({
        from: fc.constantFrom('a', 'b'),
        to: fc.constantFrom(one, two, group, 'c.news'),
        role: fc.constantFrom(SEND, ASK, OPEN, PUBLISHED),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(sends, (all) => {
        const turn = new Turn((subject) => !isAddress(subject));
        for (const { from, to, role } of all) turn.add(envelope(from, to, role));
        const left = turn.take().flatMap(({ envelopes, isShared }) => envelopes.map((held) => ({ held, isShared })));
        expect(left).toHaveLength(all.length);
        left.forEach(({ held, isShared }, i) => {
          for (const later of left.slice(i + 1)) {
            if (later.held.from !== held.from) continue;
            const mayMeet = isShared || later.isShared || later.held.to === held.to;
            if (mayMeet) expect(later.held.seq).toBeGreaterThan(held.seq);
          }
        });
      }),
    );
  });
});
