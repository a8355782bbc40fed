/** What is wrong with manifests: where, what, and what to write instead. */

/** A place in a file; lines and columns count from 1. Both are absent where the file as a whole is meant. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong. */
export interface ManifestProblem extends Place {
  /** The object it is wrong with, as `ReplicationController "frontend"`; empty where there is none yet. */
  readonly object: string;
  /** The field's path as Kubernetes writes it, such as `spec.template.spec.containers[0].image`; empty for none. */
  readonly field: string;
  /** What is wrong, in Kubernetes's words where it has any: `Invalid value: -1: must be greater than or equal to 0`. */
  readonly what: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Manifests that cannot be used, with all that is wrong with them. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code = 'ManifestError';
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Writes a problem in two lines: where and what, then the fix. */
export function formatProblem(problem: ManifestProblem): string {
  return `${formatPlace(problem)}: ${describeProblem(problem)}\n    fix: ${problem.fix}`;
}

/** Says what is wrong with what: the object, the field where the sentence itself does not name it, and the sentence. */
export function describeProblem({ object, field, what }: ManifestProblem): string {
  const subject = field === '' || what.includes(field) ? [object] : [object, field];
  return [...subject.filter((part) => part !== ''), what].join(': ');
}

/** Writes a place as editors take it: `guestbook.yaml:12:7`. */
export function formatPlace({ file, line, column }: Place): string {
  if (line === undefined) return file;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}
