/** The fingerprint of a run: one number that differs as soon as any message, anywhere, differs. */

import type { Envelope } from '../bus/envelope.ts';
import type { Seat } from '../host/seat.ts';
import { contentHash, textHash } from './content-hash.ts';
import { mix, scramble } from './hash.ts';

/** Tells a message sent from one received. */
const sentMark = 0x5e47;
const receivedMark = 0x2ece;

/** What was said last, and its hash: what is told to many is said several times in a row. */
let lastBody: unknown;
let lastHash = contentHash(undefined);

function bodyHash(body: unknown): number {
  if (body === lastBody) return lastHash;
  lastHash = contentHash(body);
  lastBody = body;
  return lastHash;
}

/** Adds a message to its sender's chain. What it says is hashed once: whoever gets it finds the digest in it. */
export function printSent(seat: Seat, envelope: Envelope, to: Seat, nowUs: number): void {
  if (envelope.digest === 0) envelope.digest = digestOf(seat, envelope, to);
  print(seat, sentMark, envelope.digest, nowUs);
}

/** Hashes what a message says, and who says it to whom. */
export function digestOf(seat: Seat, envelope: Envelope, to: Seat): number {
  const said = mix(bodyHash(envelope.body) ^ textHash(envelope.type), to.low);
  const place = mix(mix(mix(said, envelope.request), envelope.stream), envelope.place);
  return mix(mix(place, seat.low), envelope.seq) | 1;
}

/** Adds a message to its receiver's chain. */
export function printReceived(seat: Seat, envelope: Envelope, nowUs: number): void {
  print(seat, receivedMark, envelope.digest, nowUs);
}

function print(seat: Seat, mark: number, digest: number, nowUs: number): void {
  const low = nowUs | 0;
  const high = (nowUs / 4294967296) | 0;
  const event = mix(mark, digest);
  seat.printA = mix(mix(seat.printA, event), low);
  seat.printB = mix(mix(seat.printB, Math.imul(event, 0x2545f491) ^ high), low);
}

/** Combines the chains of all addresses that ever sent or received, in order of address, to 16 hexadecimal digits. */
export function combinePrints(seats: Iterable<Seat>): string {
  const sorted = [...seats].filter((seat) => seat.printA !== seat.low || seat.printB !== seat.high);
  sorted.sort((a, b) => (a.address < b.address ? -1 : 1));
  let a = 0x13579bdf;
  let b = 0x2468ace0;
  for (const seat of sorted) {
    a = mix(mix(a, seat.low), seat.printA);
    b = mix(mix(b, seat.high), seat.printB);
  }
  return hex(scramble(a)) + hex(scramble(b));
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}
