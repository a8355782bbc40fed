/** Raft's five properties: runs that keep them, and runs that break each. */

import { describe, expect, test } from 'vitest';
import { RaftSafety, type RaftView } from './raft-safety.ts';

/** A member whose log is written as terms, from index 1 on; entries of one index and term are the same unless told. */
function member(
  name: string,
  terms: number[],
  rest: Partial<RaftView> & { mark?: string; offset?: number } = {},
): RaftView {
  const { mark = '', offset = 0, ...given } = rest;
  return {
    member: name,
    life: 1,
    role: 'follower',
    term: terms.at(-1) ?? 0,
    firstIndex: offset + 1,
    lastIndex: offset + terms.length,
    commit: 0,
    applied: 0,
    termAt: (index) => terms[index - offset - 1]!,
    identityAt: (index) => `${index}/${terms[index - offset - 1]}${mark}`,
    ...given,
  };
}

function broken(...views: RaftView[]): string[] {
  const safety = new RaftSafety();
  for (const view of views) safety.see(view);
  return safety.broken.map(({ property }) => property);
}

describe('nothing is broken', () => {
  test('by an election, replication and a commit', () => {
    expect(
      broken(
        member('a', [1], { role: 'leader' }),
        member('b', [1]),
        member('a', [1, 1], { role: 'leader' }),
        member('b', [1, 1]),
        member('a', [1, 1], { role: 'leader', commit: 2, applied: 1 }),
        member('b', [1, 1], { commit: 2, applied: 2 }),
      ),
    ).toEqual([]);
  });
  test('by a follower whose uncommitted entries a new leader overwrites', () => {
    expect(
      broken(
        member('a', [1, 1, 1], { role: 'leader', commit: 1 }),
        member('b', [1, 1], { role: 'leader', term: 2 }),
        member('b', [1, 1, 2], { role: 'leader', commit: 3 }),
        member('a', [1, 1, 1], { term: 2, commit: 1 }),
        member('a', [1, 1, 2], { commit: 3 }),
      ),
    ).toEqual([]);
  });
  test('by a log that is compacted, or replaced by a snapshot', () => {
    const [a, b] = [member('a', [1, 1, 1], { commit: 3 }), member('b', [1])];
    expect(
      broken(a, b, member('a', [1], { offset: 2, commit: 3 }), member('b', [], { offset: 3, term: 1, commit: 3 })),
    ).toEqual([]);
  });
  test('by a new life that has lost what was not durable', () => {
    expect(broken(member('a', [1, 1, 1], { term: 3, commit: 1 }), member('a', [1, 1], { life: 2, commit: 0 }))).toEqual(
      [],
    );
  });
  test('by a leader of an old term that does not know the new one', () => {
    expect(
      broken(member('b', [1, 2], { role: 'leader', commit: 2 }), member('a', [1], { role: 'leader', term: 1 })),
    ).toEqual([]);
  });
});

describe('seen is', () => {
  test('a second leader of a term', () => {
    expect(broken(member('a', [1], { role: 'leader' }), member('b', [1], { role: 'leader' }))).toEqual([
      'election safety',
    ]);
  });
  test('a leader that overwrites, or cuts, its own log', () => {
    const leader = member('a', [1, 1, 2], { role: 'leader' });
    expect(broken(leader, member('a', [1, 1], { role: 'leader', term: 2 }))).toEqual(['leader append-only']);
    expect(broken(leader, member('a', [1, 1, 1], { role: 'leader', term: 2 }))).toEqual(['leader append-only']);
  });
  test('an entry that differs under one index and term', () => {
    expect(broken(member('a', [1]), member('b', [1], { mark: '!' }))).toEqual(['log matching']);
  });
  test('entries that are alike after entries that are not', () => {
    expect(broken(member('a', [1, 2, 3]), member('b', [1, 1, 3]))).toEqual(['log matching']);
  });
  test('a leader without a committed entry', () => {
    const committed = member('a', [1, 1], { role: 'leader', commit: 2 });
    expect(broken(committed, member('b', [1], { role: 'leader', term: 2 }))).toEqual(['leader completeness']);
    expect(broken(committed, member('b', [1, 0], { role: 'leader', term: 2 }))).toEqual(['leader completeness']);
  });
  test('two entries committed at one index: Figure 8, an old term counted as committed', () => {
    const views = [
      member('a', [1, 2], { role: 'leader', term: 4, commit: 2 }),
      member('b', [1, 3], { role: 'leader', term: 5, commit: 2 }),
    ];
    expect(broken(...views)).toEqual(['state machine safety', 'leader completeness']);
  });
  test('a term, or a commit, that goes back, and what is applied before it is committed', () => {
    const now = member('a', [1, 1], { term: 3, commit: 2, applied: 2 });
    expect(broken(now, { ...now, term: 2 })).toEqual(['order']);
    expect(broken(now, { ...now, commit: 1, applied: 2 })).toEqual(['order', 'order']);
  });
  test('at a whole look, an entry changed in the middle of a log', () => {
    const safety = new RaftSafety();
    safety.see(member('a', [1, 1, 1]));
    safety.seeAll({ ...member('a', [1, 1, 1]), identityAt: (index) => (index === 2 ? 'other' : `${index}/1`) });
    expect(safety.broken.map(({ property }) => property)).toEqual(['log matching']);
  });
});
