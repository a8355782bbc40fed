/** Who is in the group: kept in the store, as all that the log makes; changed one member at a time (thesis §4.1). */

import type { Fault } from './refusals.ts';

/** The members of the group, by their addresses, in the order they came. */
export interface Members {
  readonly voters: readonly string[];
  /** They get the log, and neither vote nor count for a majority (thesis §4.2.1). */
  readonly learners: readonly string[];
}

/** One change of the members. */
export interface MemberChange {
  readonly do: 'add' | 'add-learner' | 'promote' | 'remove';
  readonly member: string;
}

/** The members of a group that is not founded, or not known yet. */
export const nobody: Members = { voters: [], learners: [] };

/** Makes a change; what cannot be is a fault. */
export function changeMembers(members: Members, { do: what, member }: MemberChange): Members | Fault {
  const isVoter = members.voters.includes(member);
  const isLearner = members.learners.includes(member);
  const without = (list: readonly string[]) => list.filter((other) => other !== member);
  switch (what) {
    case 'add':
    case 'add-learner':
      if (isVoter || isLearner) return 'MemberExist';
      return what === 'add'
        ? { ...members, voters: [...members.voters, member] }
        : { ...members, learners: [...members.learners, member] };
    case 'promote':
      if (!isLearner) return isVoter ? 'MemberNotLearner' : 'MemberNotFound';
      return { voters: [...members.voters, member], learners: without(members.learners) };
    case 'remove':
      if (!isVoter && !isLearner) return 'MemberNotFound';
      return { voters: without(members.voters), learners: without(members.learners) };
  }
}

/** Tells whether an address is one of the group's. */
export function isMember({ voters, learners }: Members, member: string): boolean {
  return voters.includes(member) || learners.includes(member);
}
