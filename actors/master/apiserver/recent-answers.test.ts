import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { success } from '../../../protocol/status.ts';
import type { GivenAnswer } from './recent-answers.ts';
import { findBegun, makeRecentAnswers, noteBegun } from './recent-answers.ts';

const answer: GivenAnswer = {
  type: 'request.succeeded',
  body: { code: 200, object: success() as unknown as KubernetesObject },
};
const asked = (request: number, from = 'c.client.a') => ({ from, request });

describe('the memory of recent writes', () => {
  it('knows a write in flight, then its answer, by asker and number', () => {
    const recent = makeRecentAnswers();
    const begun = noteBegun(recent, asked(1), 0);
    expect(findBegun(recent, asked(1))).toEqual({ answer: undefined });
    if (begun !== undefined) begun.answer = answer;
    expect(findBegun(recent, asked(1))?.answer).toBe(answer);
    expect(findBegun(recent, asked(1, 'c.client.b'))).toBeUndefined();
    expect(findBegun(recent, asked(2))).toBeUndefined();
  });

  it('keeps an answer for a minute, and forgets it after two', () => {
    const recent = makeRecentAnswers();
    noteBegun(recent, asked(1), 59_000);
    noteBegun(recent, asked(2), 60_000);
    noteBegun(recent, asked(3), 119_000);
    expect(findBegun(recent, asked(1))).toBeDefined();
    noteBegun(recent, asked(4), 180_000);
    expect(findBegun(recent, asked(1))).toBeUndefined();
    expect(findBegun(recent, asked(3))).toBeDefined();
  });

  it('never holds more than two spans of writes', () => {
    const recent = makeRecentAnswers();
    for (let i = 1; i <= 50_000; i++) noteBegun(recent, asked(i), 0);
    expect(findBegun(recent, asked(50_000))).toBeDefined();
    expect(findBegun(recent, asked(30_000))).toBeUndefined();
  });

  it('has nothing to say of a message that is no request', () => {
    const recent = makeRecentAnswers();
    noteBegun(recent, asked(0), 0);
    expect(findBegun(recent, asked(0))).toBeUndefined();
  });
});
