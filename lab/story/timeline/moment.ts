/** One thing that happened, as the timeline tells it. */

/** How much a moment matters: an `act` of the story, a `fault` by it, what goes well or wrong, or how things go on. */
export type Weight = 'act' | 'fault' | 'good' | 'bad' | 'plain';

/** A moment; those of one second that are alike but for their subject are told as one. */
export interface Moment {
  /** ms since the start. */
  atMs: number;
  /** The component that did it; `story` for the story itself. */
  who: string;
  weight: Weight;
  /** What stands before the subjects: `started`, `placed`. */
  before: string;
  /** To whom it happened; several that are alike are listed. Empty where the words say all. */
  subject: string;
  /** What stands after its subject, one by one: ` on node-1`; the latest counts. */
  each?: string;
  /** What stands after all subjects. */
  after?: string;
  /** The node it happened on; told after the subjects. */
  node?: string;
}

/** Gives moments to whoever tells them. */
export type Tell = (moment: Moment) => void;
