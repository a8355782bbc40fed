/** Random identities: UIDs of objects and the suffixes of generated names. */

/** Without vowels, 0, 1 and 3, so that no bad word and no look-alike comes up (apimachinery's `util/rand`). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Makes a version 4 UUID from an actor's own randomness: four words of 32 bits, in which version and variant are set. */
export function makeUid(random: () => number): string {
  const word = () => Math.floor(random() * 0x1_0000_0000);
  const timeLow = hexWord(word());
  const timeHigh = hexWord((word() & 0xffff_0fff) | 0x4000);
  const clock = hexWord((word() & 0x3fff_ffff) | 0x8000_0000);
  return `${timeLow}-${timeHigh.slice(0, 4)}-${timeHigh.slice(4)}-${clock.slice(0, 4)}-${clock.slice(4)}${hexWord(word())}`;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Writes 32 bits as eight hexadecimal digits. */
export function hexWord(bits: number): string {
  return `${hexByte(bits >>> 24)}${hexByte(bits >>> 16)}${hexByte(bits >>> 8)}${hexByte(bits)}`;
}

function hexByte(bits: number): string {
  return hexBytes[bits & 0xff] as string;
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
