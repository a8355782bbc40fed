/** What an API server keeps of its work on CustomResourceDefinitions. */

import type { Trouble } from './deeds.ts';

/** One definition is worked on at a time, as by Kubernetes's own controllers. */
export interface DefinitionWork {
  /** The names of definitions to look at. */
  readonly due: Set<string>;
  /** The one in work; empty for none. */
  current: string;
  /** Where it stands: `emptied` when its objects were told to go, and are to be counted. */
  stage: 'none' | 'writing' | 'emptying' | 'emptied' | 'counting';
  /** What is to be said of the current one: why it is still there. */
  trouble: { readonly reason: Trouble; readonly problem: string } | undefined;
  /** Since when the objects of a definition are seen to be going, in ms since boot. */
  readonly emptyingSince: Map<string, number>;
  /** Definitions of which no object was left. */
  readonly empty: Set<string>;
}

/** Makes that of a new server. */
export function makeDefinitionWork(): DefinitionWork {
  return { due: new Set(), current: '', stage: 'none', trouble: undefined, emptyingSince: new Map(), empty: new Set() };
}
