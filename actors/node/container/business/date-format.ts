/** Points in time as `date` writes them, in UTC. */

import { fromRfc3339, toRfc3339 } from '../../../../protocol/time.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const msPerDay = 86_400_000;

/** What `date` writes without a format. */
export const plainFormat = '%a %b %e %H:%M:%S %Z %Y';

/** Writes a time (ms since the epoch) by a format such as `%Y-%m-%d`. */
export function formatDate(format: string, ms: number): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = toRfc3339(ms).split(/[-T:Z]/);
  const weekday = days[(Math.floor(ms / msPerDay) + 4) % 7] ?? '';
  const monthName = months[Number(month) - 1] ?? '';
  const dayOfYear = Math.floor((ms - fromRfc3339(`${year}-01-01T00:00:00Z`)) / msPerDay) + 1;
  const parts: Record<string, string> = {
    Y: year,
    m: month,
    d: day,
    e: `${Number(day)}`.padStart(2),
    H: hour,
    M: minute,
    S: second,
    s: `${Math.floor(ms / 1000)}`,
    N: `${Math.floor((ms % 1000) * 1e6)}`.padStart(9, '0'),
    a: weekday,
    b: monthName,
    y: year.slice(2),
    j: `${dayOfYear}`.padStart(3, '0'),
    Z: 'UTC',
    z: '+0000',
    n: '\n',
    t: '\t',
    '%': '%',
    F: `${year}-${month}-${day}`,
    T: `${hour}:${minute}:${second}`,
    R: `${hour}:${minute}`,
    D: `${month}/${day}/${year.slice(2)}`,
    c: `${weekday} ${monthName} ${`${Number(day)}`.padStart(2)} ${hour}:${minute}:${second} ${year}`,
  };
  return format.replace(/%(.)/g, (all, letter: string) => parts[letter] ?? all);
}
