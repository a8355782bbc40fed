/** Resource quantities (`100m`, `1.5Gi`, `12e6`): exact, and written as Kubernetes writes them. */

/** How a quantity was written, and will be written again. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact amount, counted in thousand-millionths: the smallest unit Kubernetes keeps. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** A text that is no quantity; the message is Kubernetes's own. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const grammar = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const decimalExponents = new Map<string, number>(decimalSuffixes.map((suffix, i) => [suffix, 3 * i - 9]));
const binaryExponents = new Map<string, number>(binarySuffixes.map((suffix, i) => [suffix, 10 * i]));

/** 10^9: how many thousand-millionths one is. */
const one = 10n ** 9n;
/** Kubernetes caps a binary quantity at the largest 64-bit integer. */
const largestBinary = (2n ** 63n - 1n) * one;
/** A larger power of ten names no resource on earth, and would only fill the memory. */
const largestExponent = 999;

/**
 * Reads a quantity. What is finer than a thousand-millionth rounds away from zero, so that no request becomes nothing.
 *
 * @throws QuantityError as apimachinery's `resource.ParseQuantity`.
 */
export function parseQuantity(text: string | number): Quantity {
  const plain = plainAmount.exec(String(text));
  if (plain !== null) return plainQuantity(Number(plain[1]), plain[2] ?? '');
  const parts = grammar.exec(String(text));
  if (parts === null || parts[0] === '') throw new QuantityError(wrongFormat);
  const [, sign, whole = '', fraction = '', suffix = ''] = parts;
  const { base, exponent, format } = readSuffix(suffix);
  const size = scaled(BigInt(`0${whole}${fraction}`), fraction.length, base, exponent);
  if (format !== 'BinarySI') return { nano: sign === '-' ? -size : size, format };
  const capped = size > largestBinary ? largestBinary : size;
  // Less than one byte is kept, as a decimal: `0.1Ki` is 102400m, and `0.0001Ki` is no whole number of anything binary.
  return { nano: sign === '-' ? -capped : capped, format: capped > 0n && capped < one ? 'DecimalSI' : format };
}

/** Most amounts are a small number and a common suffix; these need no arithmetic with parts. */
const plainAmount = /^([0-9]{1,9})(m|Ki|Mi|Gi)?$/;
const plainUnits: Readonly<Record<string, bigint>> = {
  m: 10n ** 6n,
  '': one,
  Ki: 2n ** 10n * one,
  Mi: 2n ** 20n * one,
  Gi: 2n ** 30n * one,
};

function plainQuantity(count: number, suffix: string): Quantity {
  const nano = BigInt(count) * (plainUnits[suffix] ?? one);
  return { nano, format: suffix.endsWith('i') ? 'BinarySI' : 'DecimalSI' };
}

function readSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalExponents.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = binaryExponents.get(suffix);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) throw new QuantityError(wrongSuffix);
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > largestExponent) throw new QuantityError(wrongSuffix);
  return { base: 10, exponent, format: 'DecimalExponent' };
}

/** digits / 10^places * base^exponent, in thousand-millionths, rounded up. */
function scaled(digits: bigint, places: number, base: 2 | 10, exponent: number): bigint {
  const tens = 9 - places + (base === 10 ? exponent : 0);
  const twos = base === 2 ? 2n ** BigInt(exponent) : 1n;
  if (tens >= 0) return digits * twos * 10n ** BigInt(tens);
  return dividedUp(digits * twos, 10n ** BigInt(-tens));
}

/** a / b rounded away from zero. */
function dividedUp(a: bigint, b: bigint): bigint {
  if (a < 0n) return -dividedUp(-a, b);
  return (a + b - 1n) / b;
}

/** Writes a quantity in canonical form: no fraction, the largest suffix that allows it, the format it was given in. */
export function formatQuantity(quantity: Quantity): string {
  const { nano, format } = quantity;
  if (nano === 0n) return '0';
  if (format === 'BinarySI' && isWrittenBinary(nano)) return formatBinary(nano / one);
  return formatDecimal(nano, format === 'DecimalExponent');
}

/** Small and broken amounts are written in decimal, which loses nothing. */
function isWrittenBinary(nano: bigint): boolean {
  const size = nano < 0n ? -nano : nano;
  return size >= 1024n * one && size % one === 0n;
}

function formatBinary(value: bigint): string {
  let [mantissa, step] = [value, 0];
  while (step < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    step++;
  }
  return `${mantissa}${binarySuffixes[step]}`;
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let [mantissa, step] = [nano, 0];
  while ((asExponent || step < decimalSuffixes.length - 1) && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    step++;
  }
  if (!asExponent) return `${mantissa}${decimalSuffixes[step]}`;
  const exponent = 3 * step - 9;
  return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
}

/** Below 1000 no larger suffix fits. */
const surelyCanonical = /^(0|[1-9][0-9]{0,2}(m|k|M|G|T|Ki|Mi|Gi|Ti)?)$/;

/** Gives the canonical form of a written quantity, as the API server stores it. */
export function canonicalQuantity(text: string | number): string {
  if (typeof text === 'string' && surelyCanonical.test(text)) return text;
  return formatQuantity(parseQuantity(text));
}

/** Tells whether a text is a quantity. */
export function isQuantity(text: unknown): text is string | number {
  if (typeof text !== 'string' && typeof text !== 'number') return false;
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

/** Orders two quantities: below 0, 0 or above 0. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** Adds two quantities; the sum is written as the first one is, or as the second where the first is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Takes the second quantity from the first; the difference is written as `addQuantities` would write it. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Gives an amount of CPU in thousandths of a core, rounded up (`MilliValue`). @throws QuantityError */
export function cpuMilli(text: string | number): number {
  const plain = plainAmount.exec(String(text));
  if (plain !== null && plain[2] === undefined) return Number(plain[1]) * 1000;
  if (plain !== null && plain[2] === 'm') return Number(plain[1]);
  return Number(dividedUp(parseQuantity(text).nano, 10n ** 6n));
}

/** Gives an amount of memory or storage in bytes, or a count, rounded up (`Value`). @throws QuantityError */
export function byteCount(text: string | number): number {
  const plain = plainAmount.exec(String(text));
  if (plain !== null && plain[2] !== 'm') return Number(plain[1]) * 2 ** (binaryExponents.get(plain[2] ?? '') ?? 0);
  return Number(dividedUp(parseQuantity(text).nano, one));
}

/** Writes thousandths of a core: 1500 is `1500m`, 2000 is `2`. */
export function cpuQuantity(milli: number): string {
  return formatQuantity({ nano: BigInt(Math.ceil(milli)) * 10n ** 6n, format: 'DecimalSI' });
}

/** Writes bytes with a binary suffix: 67,108,864 is `64Mi`. */
export function byteQuantity(bytes: number): string {
  return formatQuantity({ nano: BigInt(Math.ceil(bytes)) * one, format: 'BinarySI' });
}
