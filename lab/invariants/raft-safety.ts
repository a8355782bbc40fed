/**
 * Raft's safety properties (Ongaro and Ousterhout, Figure 3), checked on what each member is after every step:
 * election safety, leader append-only, log matching, leader completeness, state machine safety.
 */

/** A member as it is now. Indexes begin at 1; the log holds those from `firstIndex` to `lastIndex`. */
export interface RaftView {
  readonly member: string;
  /** Counts its lives: a new one may have lost what was not durable. */
  readonly life: number;
  readonly role: 'follower' | 'preCandidate' | 'candidate' | 'leader' | 'learner';
  readonly term: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly commit: number;
  readonly applied: number;
  termAt(index: number): number;
  /** The same value for the same entry on every member, in memory or read from disk. */
  identityAt(index: number): unknown;
}

/** A property that was broken, in words. */
export interface BrokenProperty {
  readonly property:
    | 'election safety'
    | 'leader append-only'
    | 'log matching'
    | 'leader completeness'
    | 'state machine safety'
    | 'order';
  readonly words: string;
}

/** An entry as the first member that had it had it. */
interface Entry {
  readonly identity: unknown;
  /** The term of the entry before it; -1 where nobody could tell. */
  previousTerm: number;
  readonly member: string;
}

interface Committed {
  readonly term: number;
  readonly identity: unknown;
  readonly member: string;
  /** The term of the member that was first seen to know: it was committed in this term or before. */
  readonly byTerm: number;
}

/** What was seen of a member at its last look. */
interface Seen {
  life: number;
  role: RaftView['role'];
  term: number;
  lastIndex: number;
  lastTerm: number;
  commit: number;
  applied: number;
}

/** Sees members step by step. It looks only at what is new since its last look, so that it can look after every step. */
export class RaftSafety {
  readonly broken: BrokenProperty[] = [];
  private readonly isSame: (a: unknown, b: unknown) => boolean;
  private readonly leaders = new Map<number, string>();
  /** By index, then by term. */
  private readonly entries = new Map<number, Map<number, Entry>>();
  private readonly committed = new Map<number, Committed>();
  private readonly members = new Map<string, Seen>();

  /** `isSame` compares identities of entries; by reference unless told. */
  constructor(isSame: (a: unknown, b: unknown) => boolean = Object.is) {
    this.isSame = isSame;
  }

  /** Looks at a member; what is wrong is added to `broken`. */
  see(view: RaftView): void {
    const seen = this.members.get(view.member);
    const before = seen?.life === view.life ? seen : undefined;
    if (before !== undefined && isUnchanged(before, view)) return;
    if (before !== undefined) this.checkOrder(view, before);
    this.checkElection(view, before);
    this.checkLog(view, before);
    this.checkCommitted(view, before);
    if (view.role === 'leader' && (before?.role !== 'leader' || before.term !== view.term)) this.checkComplete(view);
    this.remember(view, seen);
  }

  /** Looks at a whole log, whatever was seen of it before; for the end of a run. */
  seeAll(view: RaftView): void {
    this.members.delete(view.member);
    this.see(view);
  }

  /** Term, commit and applied never go back within a life, and none runs ahead of what it must follow. */
  private checkOrder(view: RaftView, before: Seen): void {
    const { member, term, commit, applied } = view;
    for (const [what, now, then] of [
      ['term', term, before.term],
      ['commit index', commit, before.commit],
      ['applied index', applied, before.applied],
    ] as const) {
      if (now < then) this.break('order', `the ${what} of ${member} went back from ${then} to ${now}`);
    }
    if (applied > commit) this.break('order', `${member} has applied ${applied}, but committed only ${commit}`);
    if (commit > view.lastIndex)
      this.break('order', `${member} has committed ${commit}, but has only ${view.lastIndex}`);
  }

  /** At most one leader can be elected in a given term (§5.2). */
  private checkElection({ member, role, term }: RaftView, before: Seen | undefined): void {
    if (role !== 'leader' || (before?.role === 'leader' && before.term === term)) return;
    const other = this.leaders.get(term);
    if (other === undefined) this.leaders.set(term, member);
    else if (other !== member) this.break('election safety', `both ${other} and ${member} led in term ${term}`);
  }

  private checkLog(view: RaftView, before: Seen | undefined): void {
    const { firstIndex, lastIndex } = view;
    let from = firstIndex;
    if (before !== undefined) {
      const isKept =
        before.lastIndex < firstIndex ||
        (before.lastIndex <= lastIndex && view.termAt(before.lastIndex) === before.lastTerm);
      if (!isKept) this.checkAppendOnly(view, before);
      else from = Math.max(firstIndex, before.lastIndex + 1);
    }
    for (let index = from; index <= lastIndex; index++) this.checkEntry(view, index);
  }

  /** A leader never overwrites or deletes entries in its log (§5.3). */
  private checkAppendOnly({ member, role, term, lastIndex }: RaftView, before: Seen): void {
    if (role !== 'leader' || before.role !== 'leader' || before.term !== term) return;
    this.break('leader append-only', `${member}, leader of term ${term}, changed its log at or before ${lastIndex}`);
  }

  /**
   * Two logs that hold an entry of the same index and term are identical up to it (§5.3): by induction, it is enough
   * that index and term tell the entry, and the term of the one before.
   */
  private checkEntry(view: RaftView, index: number): void {
    const { member } = view;
    const term = view.termAt(index);
    const previousTerm = index > view.firstIndex ? view.termAt(index - 1) : -1;
    const identity = view.identityAt(index);
    const atIndex = mapAt(this.entries, index);
    const known = atIndex.get(term);
    if (known === undefined) {
      atIndex.set(term, { identity, previousTerm, member });
      return;
    }
    if (!this.isSame(known.identity, identity)) {
      this.break('log matching', `entry ${index} of term ${term} differs between ${known.member} and ${member}`);
    }
    if (known.previousTerm === -1) known.previousTerm = previousTerm;
    else if (previousTerm !== -1 && previousTerm !== known.previousTerm) {
      const terms = `${known.previousTerm} on ${known.member}, ${previousTerm} on ${member}`;
      this.break('log matching', `before entry ${index} of term ${term} stands one of term ${terms}`);
    }
  }

  /** No two members apply different entries at one index (§5.4.3): what one knows as committed is what all others do. */
  private checkCommitted(view: RaftView, before: Seen | undefined): void {
    const { member, term: byTerm, commit, firstIndex } = view;
    const from = before === undefined ? firstIndex : Math.max(before.commit + 1, firstIndex);
    for (let index = from; index <= Math.min(commit, view.lastIndex); index++) {
      const [term, identity] = [view.termAt(index), view.identityAt(index)];
      const known = this.committed.get(index);
      if (known === undefined) this.committed.set(index, { term, identity, member, byTerm });
      else if (known.term !== term || !this.isSame(known.identity, identity)) {
        const terms = `that of term ${known.term} on ${known.member}, that of term ${term} on ${member}`;
        this.break('state machine safety', `two entries are committed at ${index}: ${terms}`);
      }
    }
  }

  /** What was committed in a term is in the logs of the leaders of all higher terms (§5.4). */
  private checkComplete(view: RaftView): void {
    const { member, term, firstIndex, lastIndex } = view;
    for (const [index, one] of this.committed) {
      if (one.byTerm >= term || index < firstIndex) continue;
      if (index <= lastIndex && view.termAt(index) === one.term) continue;
      const has = index > lastIndex ? 'nothing' : `one of term ${view.termAt(index)}`;
      const committed = `that of term ${one.term}, committed by ${one.member} in term ${one.byTerm}`;
      this.break(
        'leader completeness',
        `${member} leads term ${term} and has ${has} at ${index} in place of ${committed}`,
      );
      return;
    }
  }

  private remember(view: RaftView, seen: Seen | undefined): void {
    const { life, role, term, lastIndex, firstIndex, commit, applied } = view;
    const lastTerm = lastIndex >= firstIndex ? view.termAt(lastIndex) : 0;
    if (seen === undefined) this.members.set(view.member, { life, role, term, lastIndex, lastTerm, commit, applied });
    else Object.assign(seen, { life, role, term, lastIndex, lastTerm, commit, applied });
  }

  private break(property: BrokenProperty['property'], what: string): void {
    const words = `${property}: ${what}`;
    if (!this.broken.some((one) => one.words === words)) this.broken.push({ property, words });
  }
}

/** Same term, same end of the log, and nothing more committed or applied: then nothing else can be new. */
function isUnchanged(seen: Seen, view: RaftView): boolean {
  return (
    seen.term === view.term &&
    seen.role === view.role &&
    seen.commit === view.commit &&
    seen.applied === view.applied &&
    seen.lastIndex === view.lastIndex &&
    (view.lastIndex < view.firstIndex || view.termAt(view.lastIndex) === seen.lastTerm)
  );
}

function mapAt<V>(maps: Map<number, Map<number, V>>, key: number): Map<number, V> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<number, V>();
  maps.set(key, made);
  return made;
}
