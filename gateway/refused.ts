/** A request that is refused at the door, with the Status that says why. */

import type { Status } from '../protocol/objects.ts';

/** Thrown where a request goes no further. */
export class Refused extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.name = 'Refused';
    this.status = status;
  }
}
