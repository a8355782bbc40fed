/** The syntax of cron schedules, as robfig/cron's standard parser reads them. */

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Minute, hour, day of the month, month, day of the week. */
const fields: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Says what is wrong with a schedule, in the parser's words; undefined where it is right. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptorProblem(schedule);
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    return `expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [i, part] of parts.entries()) {
    for (const range of part.split(',')) {
      const problem = rangeProblem(range, fields[i] as Field);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function descriptorProblem(descriptor: string): string | undefined {
  if (descriptors.includes(descriptor)) return undefined;
  const every = /^@every (.*)$/.exec(descriptor);
  if (every === null) return `unrecognized descriptor: ${descriptor}`;
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(String(every[1]))) return undefined;
  return `failed to parse duration ${descriptor}: time: invalid duration "${every[1]}"`;
}

function rangeProblem(range: string, field: Field): string | undefined {
  const [span = '', step, ...more] = range.split('/');
  const [low = '', high, ...further] = span.split('-');
  if (more.length > 0) return `too many slashes: ${range}`;
  if (further.length > 0) return `too many hyphens: ${range}`;
  const isAny = low === '*' || low === '?';
  const start = isAny ? field.least : numberOf(low, field);
  const end = isAny ? field.most : high !== undefined ? numberOf(high, field) : step !== undefined ? field.most : start;
  if (typeof start === 'string') return start;
  if (typeof end === 'string') return end;
  const by = step === undefined ? 1 : numberOf(step, { ...field, names: [] });
  if (typeof by === 'string') return by;
  if (start < field.least) return `beginning of range (${start}) below minimum (${field.least}): ${range}`;
  if (end > field.most) return `end of range (${end}) above maximum (${field.most}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return by === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** Reads a number or a name; a text is what is wrong with it. */
function numberOf(text: string, field: Field): number | string {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + field.least;
  if (/^\d+$/.test(text)) return Number(text);
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
