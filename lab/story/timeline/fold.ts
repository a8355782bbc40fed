/** Folds what happens alike within a second into one line, and equal lines in a row into one with their number. */

import { humanDuration } from '../../../protocol/tables/age.ts';
import { byName, listNames } from './lists.ts';
import type { Moment, Weight } from './moment.ts';

/** A line of the timeline. */
export interface Line {
  /** ms since the start, of the first moment in it. */
  atMs: number;
  who: string;
  weight: Weight;
  text: string;
  /** The moments it tells, for machines. */
  count: number;
}

/** A line that is not told yet, as more may follow that say the same. */
interface Held {
  line: Line;
  times: number;
  /** ms since the start, of the latest. */
  untilMs: number;
}

interface Group {
  first: Moment;
  /** What follows each subject. */
  subjects: Map<string, string>;
  nodes: Set<string>;
  count: number;
}

const foldMs = 1000;

/** Takes moments in the order they happen and gives lines. */
export class Folder {
  private groups = new Map<string, Group>();
  private untilMs = 0;
  private held: Held | undefined;
  private readonly give: (line: Line) => void;

  constructor(give: (line: Line) => void) {
    this.give = give;
  }

  /** Takes a moment. What the story itself does is told at once, and parts what came before it from what comes after. */
  take(moment: Moment): void {
    const isApart = moment.weight === 'act' || moment.weight === 'fault';
    if (isApart) this.flush();
    else if (moment.atMs >= this.untilMs) this.endGroups();
    if (this.groups.size === 0) this.untilMs = moment.atMs + foldMs;
    this.add(moment);
    if (isApart) this.flush();
  }

  /** Tells all that is still held. */
  flush(): void {
    this.endGroups();
    if (this.held !== undefined) this.give(toldOf(this.held));
    this.held = undefined;
  }

  private endGroups(): void {
    for (const group of this.groups.values()) this.hold(lineOf(group));
    this.groups.clear();
  }

  private hold(line: Line): void {
    const { held } = this;
    if (held !== undefined && isSame(held.line, line)) {
      held.times += 1;
      held.untilMs = line.atMs;
      held.line.count += line.count;
      return;
    }
    if (held !== undefined) this.give(toldOf(held));
    this.held = { line, times: 1, untilMs: line.atMs };
  }

  private add(moment: Moment): void {
    const key = [moment.who, moment.weight, moment.before, moment.after ?? ''].join('\n');
    const group = this.groups.get(key) ?? { first: moment, subjects: new Map(), nodes: new Set(), count: 0 };
    this.groups.set(key, group);
    group.subjects.set(moment.subject, moment.each ?? '');
    if (moment.node !== undefined) group.nodes.add(moment.node);
    group.count += 1;
  }
}

function isSame(a: Line, b: Line): boolean {
  return a.who === b.who && a.weight === b.weight && a.text === b.text;
}

/** Writes how often something happened as `kubectl get events` does. */
function toldOf({ line, times, untilMs }: Held): Line {
  if (times === 1) return line;
  return { ...line, text: `${line.text} (x${times} over ${humanDuration(untilMs - line.atMs)})` };
}

function lineOf({ first, subjects, nodes, count }: Group): Line {
  const { atMs, who, weight, before, after = '' } = first;
  const sorted = [...subjects].sort(([a], [b]) => byName(a, b));
  const list = listNames(sorted.map(([subject, each]) => subject + each));
  const on = nodes.size === 0 ? '' : ` on ${listNames([...nodes].sort(byName))}`;
  return { atMs, who, weight, text: [before, list + after + on].filter((part) => part !== '').join(' '), count };
}
