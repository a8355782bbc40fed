/** What a cluster of several hosts refuses, in words for people. */

/** What kind of refusal it is, for those who act on it. */
export type HostsErrorCode =
  /** There is no such cluster on these NATS servers. */
  | 'no-cluster'
  /** Another process has this host's name, and lives. */
  | 'in-use'
  /** Somebody else has what was asked for, or nothing of it is left. */
  | 'had'
  /** A member of etcd was asked for without the data it had. */
  | 'no-data'
  /** What was asked for is not what the host, or the cluster, was made with. */
  | 'differs'
  /** The hosts run other code than this one. */
  | 'other-code'
  /** What this host had is another's now. */
  | 'lost'
  /** What was asked for makes no sense. */
  | 'bad-ask'
  /** NATS does not do what is needed. */
  | 'nats';

/** An expected error: what is wrong, and what to do. */
export class HostsError extends Error {
  override readonly name = 'HostsError';
  readonly code: HostsErrorCode;
  /** What it is about, as its user knows it: `host b`, `NATS at localhost:4222`. */
  readonly subject: string;
  /** What is wrong with it: a sentence without its subject or full stop. */
  readonly what: string;
  readonly fix: string;

  constructor(code: HostsErrorCode, subject: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${subject} ${what}`, options);
    this.code = code;
    this.subject = subject;
    this.what = what;
    this.fix = fix;
  }
}
