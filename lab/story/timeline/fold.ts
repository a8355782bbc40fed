/** Folds what happens alike within a second into one line. */

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
  private readonly give: (line: Line) => void;

  constructor(give: (line: Line) => void) {
    this.give = give;
  }

  /** Takes a moment. What the story itself does is told at once, and parts what came before it from what comes after. */
  take(moment: Moment): void {
    const isApart = moment.weight === 'act' || moment.weight === 'fault';
    if (isApart || moment.atMs >= this.untilMs) this.flush();
    if (this.groups.size === 0) this.untilMs = (Math.floor(moment.atMs / foldMs) + 1) * foldMs;
    this.add(moment);
    if (isApart) this.flush();
  }

  /** Tells all that is still held. */
  flush(): void {
    for (const group of this.groups.values()) this.give(lineOf(group));
    this.groups.clear();
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

function lineOf({ first, subjects, nodes, count }: Group): Line {
  const { atMs, who, weight, before, after = '' } = first;
  const sorted = [...subjects].sort(([a], [b]) => byName(a, b));
  const list = listNames(sorted.map(([subject, each]) => subject + each));
  const on = nodes.size === 0 ? '' : ` on ${listNames([...nodes].sort(byName))}`;
  return { atMs, who, weight, text: [before, list + after + on].filter((part) => part !== '').join(' '), count };
}
