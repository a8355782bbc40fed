import { describe, expect, it } from 'vitest';
import { causeId, messageId } from './message.ts';

describe('the id of a message', () => {
  it('is its sender and its count', () => {
    expect(messageId({ from: 'c.node.n1.kubelet', seq: 7 })).toBe('c.node.n1.kubelet#7');
  });
  it('is empty for the cause of an outside input', () => {
    expect(causeId({ causeFrom: '', causeSeq: 0 })).toBe('');
    expect(causeId({ causeFrom: 'c.node.n1.kubelet', causeSeq: 7 })).toBe('c.node.n1.kubelet#7');
  });
});
