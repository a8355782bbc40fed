/** What a member has to say: some at once, some only when what it rests on is durable. */

/** A message to another member. */
export interface Outgoing {
  readonly to: string;
  readonly type: string;
  readonly body: unknown;
}

/** What a step of Raft leaves to be done. */
export interface Outbox {
  /** To be sent now. */
  ready: Outgoing[];
  /** To be sent when everything written until now is durable; and what the sync under way is for. */
  held: Outgoing[];
  syncing: Outgoing[];
  /** `term` or `vote` has changed and is to be written. */
  isStateNew: boolean;
}

/** Makes an outbox with nothing in it. */
export function emptyOutbox(): Outbox {
  return { ready: [], held: [], syncing: [], isStateNew: false };
}
