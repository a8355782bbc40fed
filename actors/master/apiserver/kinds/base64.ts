/** Bytes as Secrets write them. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Writes a text's UTF-8 bytes in base 64. */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((six) => alphabet.charAt(six));
    const count = Math.min(3, bytes.length - i) + 1;
    encoded += letters.slice(0, count).join('').padEnd(4, '=');
  }
  return encoded;
}

/** Counts the bytes that a text in base 64 stands for. */
export function base64Length(encoded: string): number {
  return Math.floor((encoded.replace(/[=\s]/g, '').length * 3) / 4);
}

/** Reads a text in base 64; undefined where it is none. */
export function decodeBase64(encoded: string): Uint8Array | undefined {
  const text = encoded.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = new Uint8Array(base64Length(text));
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const bits = [0, 1, 2, 3].reduce((sum, j) => (sum << 6) | Math.max(0, alphabet.indexOf(text.charAt(i + j))), 0);
    for (const shift of [16, 8, 0]) if (at < bytes.length) bytes[at++] = (bits >> shift) & 255;
  }
  return bytes;
}
