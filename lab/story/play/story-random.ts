/** What a story leaves to chance: drawn from its seed, apart from all actors' draws. */

import { seedOf, splitRandom } from '../../../engine/random.ts';

/** Salts the story's stream apart from all others. */
const storySalt = 0x53746f72;

/** Gives draws from 0 to 1 that depend on the seed alone; each number has its own, so that one does not shift another's. */
export function drawsOf(seed: number | string, number = 0): () => number {
  const random = splitRandom(seedOf(seed), number, 0, storySalt);
  return () => random.next();
}
