/** Hashes of strings and numbers: the same on every machine and Node version, and not meant to resist an attacker. */

/** Scrambles 32 bits so that each bit of the input moves about half of the output. */
export function scramble(bits: number): number {
  let h = bits ^ (bits >>> 16);
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return h ^ (h >>> 15);
}

/** Adds a 32-bit value to a running hash; order counts. */
export function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x9e3779b1);
  return Math.imul(h ^ (h >>> 15), 0x85ebca6b) ^ (h << 13);
}

/** Hashes a string to 32 bits, differently for each salt. */
export function hashText(text: string, salt: number): number {
  let h = salt ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 13;
  }
  return scramble(h);
}

/** The two salts by which a name is hashed to its two independent halves. */
const lowSalt = 0x2c1b3c6d;
const highSalt = 0x297a2d39;

/** Hashes a name to its low 32 bits. */
export function lowHash(name: string): number {
  return hashText(name, lowSalt);
}

/** Hashes a name to its high 32 bits. */
export function highHash(name: string): number {
  return hashText(name, highSalt);
}

/** Makes a 53-bit integer, exact in a number, of the two halves of a hash. */
export function key53(low: number, high: number): number {
  return (high >>> 11) * 4294967296 + (low >>> 0);
}
