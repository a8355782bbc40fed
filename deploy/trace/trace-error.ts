/** What keeps a trace from being read, for people: which file, what is wrong, and what to do. */

/** A file that is no trace, or one that this Troupe cannot read. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly path: string;
  readonly what: string;
  readonly fix: string;

  constructor(path: string, what: string, fix: string) {
    super(`${path} ${what}`);
    this.path = path;
    this.what = what;
    this.fix = fix;
  }
}
