/** A command as it is called: by itself, or as a part of another. */

import type { CommandDef } from 'citty';

/** A command, and command lines to begin with. */
export interface Part {
  readonly command: CommandDef;
  readonly examples: string;
}
