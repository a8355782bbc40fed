/** Random identities: UIDs of objects and the suffixes of generated names. */

const hex = '0123456789abcdef';
/** Without vowels, 0, 1 and 3, so that no bad word and no look-alike comes up (apimachinery's `util/rand`). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Makes a version 4 UUID from an actor's own randomness. */
export function makeUid(random: () => number): string {
  const digit = () => hex.charAt(Math.floor(random() * 16));
  const run = (count: number) => Array.from({ length: count }, digit).join('');
  const variant = hex.charAt(8 + Math.floor(random() * 4));
  return `${run(8)}-${run(4)}-4${run(3)}-${variant}${run(3)}-${run(12)}`;
}

/** Makes the random end of a generated name. */
export function nameSuffix(random: () => number, length = 5): string {
  const letter = () => suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length));
  return Array.from({ length }, letter).join('');
}

/** Room the suffix leaves for the prefix: a name has at most 63 characters (apiserver's `names.SimpleNameGenerator`). */
const longestPrefix = 63 - 5;

/** Makes a name of a `generateName` prefix. */
export function generateName(prefix: string, random: () => number): string {
  return prefix.slice(0, longestPrefix) + nameSuffix(random);
}
