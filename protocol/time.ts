/** Points in time as Kubernetes writes them: RFC 3339 in UTC. */

const msPerDay = 86_400_000;

/** Writes whole seconds, as `metav1.Time`: `2024-05-01T12:00:00Z`. What is finer is cut off. */
export function toRfc3339(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds !== last.seconds) last = { seconds, text: `${dateAndTime(seconds)}Z` };
  return last.text;
}

/** The last second written: much is stamped within one. */
let last = { seconds: Number.NaN, text: '' };

/** Writes microseconds, as `metav1.MicroTime`: `2024-05-01T12:00:00.250000Z`. */
export function toRfc3339Micro(ms: number): string {
  const micros = Math.floor(ms * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  return `${dateAndTime(seconds)}.${digits(micros - seconds * 1_000_000, 6)}Z`;
}

const grammar = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Reads a point in time, with any offset from UTC, as ms since the Unix epoch. @throws RangeError where the text is none. */
export function fromRfc3339(text: string): number {
  const parts = grammar.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is not a time; write it as 2006-01-02T15:04:05Z`);
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) {
    throw new RangeError(`"${text}" is not a time: a part of it is out of range`);
  }
  const offsetMinutes = (parts[8] === '-' ? -1 : 1) * (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0));
  const seconds = hour * 3600 + (minute - offsetMinutes) * 60 + second;
  // Cut at microseconds, the finest that Kubernetes writes.
  const micros = Number((parts[7] ?? '.0').slice(1, 7).padEnd(6, '0'));
  return daysFromCivil(year, month, day) * msPerDay + seconds * 1000 + micros / 1000;
}

/** A time in UTC on a day that every month has; most are, and need no calendar. */
const plainTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z$/;

/** Tells whether a text is a point in time. */
export function isRfc3339(text: string): boolean {
  if (plainTime.test(text)) return true;
  try {
    fromRfc3339(text);
    return true;
  } catch {
    return false;
  }
}

function dateAndTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const { year, month, day } = civilFromDays(days);
  const [hour, minute, second] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  return `${digits(year, 4)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01 of a date in the Gregorian calendar; years begin in March, so that the leap day ends one. */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
