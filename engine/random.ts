/** Streams of random numbers, each split from the run's seed by a name, so that none depends on who draws from another. */

import { highHash, lowHash, mix, scramble } from './fingerprint/hash.ts';

/** The seed of a run as two 32-bit halves. */
export interface Seed {
  readonly low: number;
  readonly high: number;
}

/** Makes a seed of what a user writes; a number and its text give the same seed. */
export function seedOf(seed: number | string): Seed {
  const text = String(seed);
  return { low: lowHash(text), high: highHash(text) };
}

/** The state of a stream as plain integers, to save it and put it back. */
export type RandomState = readonly [number, number, number, number];

/**
 * One stream: the small fast counting generator (sfc32): three words and a counter, period at least 2^32.
 *
 * Its state is four integers, so making one costs an object and twelve rounds, and many thousands fit.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private n: number;

  constructor(a: number, b: number, c: number, n: number) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.n = n | 0;
  }

  /** Draws 32 bits, as a signed integer. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.n) | 0;
    this.n = (this.n + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t;
  }

  /** Draws a number in [0, 1) of 32 bits. */
  unit(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** Draws a number in [0, 1) of 53 bits. */
  next(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Draws an integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.unit() * below);
  }

  state(): RandomState {
    return [this.a, this.b, this.c, this.n];
  }
}

/** Splits a stream from the seed by a name's two hashes and a salt (what it is for, or which life of an actor). */
export function splitRandom(seed: Seed, low: number, high: number, salt: number): Random {
  const random = new Random(
    mix(seed.low, low),
    mix(seed.high, high),
    scramble(mix(mix(seed.low ^ seed.high, salt), low)),
    1,
  );
  for (let i = 0; i < 12; i++) random.bits();
  return random;
}

/** Puts a stream back where `state` found it. */
export function restoreRandom(state: RandomState): Random {
  return new Random(state[0], state[1], state[2], state[3]);
}
