/** Prints the timeline's lines: time, component, event, as wide as the terminal. */

import type pc from 'picocolors';
import type { Line } from './fold.ts';
import type { Weight } from './moment.ts';

/** Where things are printed, and how. */
export interface Paper {
  print(text: string): void;
  /** Columns it has. */
  width: number;
  colours: ReturnType<typeof pc.createColors>;
}

/** Writes a time since the start: `2:05.3`, `1:00:00.0`. */
export function clock(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const seconds = `${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
  const minutes = Math.floor(tenths / 600);
  if (minutes < 60) return `${minutes}:${seconds}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`;
}

const timeWidth = 8;
const whoWidth = 26;
const indent = timeWidth + 2 + whoWidth;

/** Writes a line of the timeline; a long text goes on below itself. */
export function formatLine(
  { atMs, who, weight, text }: Line,
  { width, colours }: Pick<Paper, 'width' | 'colours'>,
): string {
  const paint = painters(colours)[weight];
  const [first = '', ...rest] = wrap(text, Math.max(30, width - indent));
  const head = `${colours.dim(clock(atMs).padStart(timeWidth))}  ${colours.cyan(who.padEnd(whoWidth))}`;
  return [`${head}${paint(first)}`, ...rest.map((line) => `${' '.repeat(indent)}${paint(line)}`)].join('\n');
}

function painters(colours: Paper['colours']): Record<Weight, (text: string) => string> {
  return {
    act: colours.bold,
    fault: (text) => colours.bold(colours.red(text)),
    good: colours.green,
    bad: colours.yellow,
    plain: (text) => text,
  };
}

/** Breaks a text at blanks into lines no longer than `width`, where a word is not longer itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
