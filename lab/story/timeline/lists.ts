/** Writes lists of names short: `web-1, -2, -3 … -9`. */

/** Names told one by one before the rest is only counted. */
const toldMax = 8;

/** Writes names in a row; what a name shares with the one before (up to its last dash) is left out. */
export function listNames(names: readonly string[]): string {
  if (isRun(names)) return `${names[0]} … ${names.at(-1)}`;
  const told = names.length > toldMax + 1 ? names.slice(0, toldMax) : names;
  const words = told.map((name, i) => {
    const stem = stemOf(name);
    return stem !== '' && i > 0 && stem === stemOf(told[i - 1] ?? '') ? name.slice(stem.length) : name;
  });
  const rest = names.length - told.length;
  return words.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** What stands before the last dash of a name (of its first word); one without a dash has no stem. */
function stemOf(name: string): string {
  const dash = name.split(' ', 1)[0]?.lastIndexOf('-') ?? -1;
  return dash <= 0 ? '' : name.slice(0, dash);
}

/** Tells whether names count up: `node-1, node-2, node-3, node-4`. */
function isRun(names: readonly string[]): boolean {
  const parts = names.map((name) => /^(.*?)(\d+)$/.exec(name));
  const [first] = parts;
  if (names.length < 4 || first === null || first === undefined) return false;
  return parts.every((part, i) => part?.[1] === first[1] && Number(part?.[2]) === Number(first[2]) + i);
}

/** Compares names as people count: `node-2` before `node-10`. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
