/** Text in the data of Secrets and ConfigMaps. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads base64 of UTF-8 text, as a Secret's `data` holds it; bytes that are no text become U+FFFD. */
export function decodeBase64(encoded: string): string {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const character of encoded) {
    const value = alphabet.indexOf(character);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
