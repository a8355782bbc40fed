/** Just enough of PEM and DER to see whether something is a certificate (request), and whose; nothing here is verified. */

import { decodeBase64 } from './base64.ts';

/** One block of PEM. */
export interface PemBlock {
  readonly label: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

/** One value of DER: its tag, and where its content lies. */
interface Value {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

const sequence = 0x30;
const set = 0x31;
const integer = 0x02;
const bitString = 0x03;
const objectId = 0x06;

/** Reads the blocks of a PEM text; undefined where there is anything between or after them that is none. */
export function readPem(text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  const pattern = /-----BEGIN ([^\n-]*)-----\r?\n((?:[^\n:]+:[^\n]*\n)*\n?)([A-Za-z0-9+/=\s]*?)-----END \1-----\s*/y;
  pattern.lastIndex = text.search(/\S/) < 0 ? text.length : text.search(/\S/);
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    const bytes = found === null ? undefined : decodeBase64((found[3] ?? '').replace(/\s/g, ''));
    if (found === null || bytes === undefined) return undefined;
    blocks.push({ label: found[1] ?? '', hasHeaders: (found[2] ?? '').trim() !== '', bytes });
  }
  return blocks;
}

/** Tells whether bytes are a certificate, by its form (RFC 5280 §4.1). */
export function isCertificate(bytes: Uint8Array): boolean {
  return signedBody(bytes) !== undefined;
}

/** What a certificate request says of its subject, by the last number of the attribute's id: 3 common name, 10 organization. */
export type SubjectNames = ReadonlyMap<number, readonly string[]>;

/** Reads whose certificate is requested (RFC 2986 §4.1); undefined where the bytes are no such request. */
export function readRequestSubject(bytes: Uint8Array): SubjectNames | undefined {
  const [version, subject, key, attributes] = signedBody(bytes) ?? [];
  if (version?.tag !== integer || subject?.tag !== sequence || key?.tag !== sequence) return undefined;
  if (attributes !== undefined && attributes.tag !== 0xa0) return undefined;
  return readNames(subject.bytes);
}

/** The parts of what is signed, where bytes are a signed thing: SEQUENCE { SEQUENCE, SEQUENCE algorithm, BIT STRING }. */
function signedBody(bytes: Uint8Array): Value[] | undefined {
  const [whole, ...beyond] = readAll(bytes) ?? [];
  if (whole?.tag !== sequence || beyond.length > 0) return undefined;
  const parts = readAll(whole.bytes) ?? [];
  const isSigned = parts.length === 3 && parts.map(({ tag }) => tag).join() === [sequence, sequence, bitString].join();
  return isSigned && parts[0] !== undefined ? readAll(parts[0].bytes) : undefined;
}

function readNames(bytes: Uint8Array): SubjectNames | undefined {
  const names = new Map<number, string[]>();
  for (const group of readAll(bytes) ?? []) {
    for (const pair of group.tag === set ? (readAll(group.bytes) ?? []) : []) {
      const [id, value] = readAll(pair.bytes) ?? [];
      if (id?.tag !== objectId || value === undefined) return undefined;
      // The attributes of names are 2.5.4.n.
      if (id.bytes.length !== 3 || id.bytes[0] !== 0x55 || id.bytes[1] !== 0x04) continue;
      const number = id.bytes[2] ?? 0;
      names.set(number, [...(names.get(number) ?? []), new TextDecoder().decode(value.bytes)]);
    }
  }
  return names;
}

function readAll(bytes: Uint8Array): Value[] | undefined {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) return undefined;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || more > 4) return undefined;
    let length = more === 0 ? first : 0;
    for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + more;
    if (start + length > bytes.length) return undefined;
    values.push({ tag, bytes: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return values;
}
