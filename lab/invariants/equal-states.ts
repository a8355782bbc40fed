/** Members that have applied the same log hold the same state. */

/** What one member held at an applied index. */
interface Held {
  readonly member: string;
  readonly digest: string;
}

/** Sees members' states from time to time; any two looks at one applied index must have seen the same. */
export class EqualStates {
  readonly broken: string[] = [];
  /** How many times two looks could be compared: a check that never compares proves nothing. */
  compared = 0;
  private readonly held = new Map<number, Held>();

  /** Looks at a member; `digest` says its whole state, and is the same text for the same state. */
  see(member: string, applied: number, digest: string): void {
    const known = this.held.get(applied);
    if (known === undefined) {
      this.held.set(applied, { member, digest });
      return;
    }
    if (known.member !== member) this.compared++;
    if (known.digest === digest) return;
    const at = firstDifference(known.digest, digest);
    const words = (text: string) => `…${text.slice(Math.max(0, at - 40), at + 80)}…`;
    this.broken.push(
      `at applied index ${applied}, ${known.member} held ${words(known.digest)} and ${member} ${words(digest)}`,
    );
  }
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
