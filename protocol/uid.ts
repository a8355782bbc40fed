/** Random identities: UIDs of objects and the suffixes of generated names. */

/** Without vowels, 0, 1 and 3, so that no bad word and no look-alike comes up (apimachinery's `util/rand`). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Makes a version 4 UUID from an actor's own randomness: four words of 32 bits, in which version and variant are set. */
export function makeUid(random: () => number): string {
  const word = () => Math.floor(random() * 0x1_0000_0000);
  const time = word();
  const version = (word() & 0xffff_0fff) | 0x4000;
  const variant = (word() & 0x3fff_ffff) | 0x8000_0000;
  const node = word();
  const start = `${hex(time >>> 16)}${hex(time)}-${hex(version >>> 16)}-${hex(version)}`;
  return `${start}-${hex(variant >>> 16)}-${hex(variant)}${hex(node >>> 16)}${hex(node)}`;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Writes 32 bits as eight hexadecimal digits. */
export function hexWord(bits: number): string {
  return `${hex(bits >>> 16)}${hex(bits)}`;
}

/** Writes the lower 16 bits. */
function hex(bits: number): string {
  return `${hexBytes[(bits >>> 8) & 0xff]}${hexBytes[bits & 0xff]}`;
}

/** Makes the random end of a generated name. */
export function nameSuffix(random: () => number, length = 5): string {
  let suffix = '';
  while (suffix.length < length) suffix += suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length));
  return suffix;
}

/** Room the suffix leaves for the prefix: a name has at most 63 characters (apiserver's `names.SimpleNameGenerator`). */
const longestPrefix = 63 - 5;

/** Makes a name of a `generateName` prefix. */
export function generateName(prefix: string, random: () => number): string {
  return prefix.slice(0, longestPrefix) + nameSuffix(random);
}
