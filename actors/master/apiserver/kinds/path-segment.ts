/** The syntax of what must fit into one segment of a URL's path. */

/** Checks a name that is used as a path segment: kinds and names that are referred to. */
export function pathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
}
