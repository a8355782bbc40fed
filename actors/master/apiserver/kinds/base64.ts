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
