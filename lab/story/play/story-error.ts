/** What keeps a story from going on, though it was written well. */

/** The story cannot go on: what it speaks of is not there, or what it waits for does not come. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}
