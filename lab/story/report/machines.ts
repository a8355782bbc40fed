/** Tells a run to machines: one JSON object a line, the last of them the outcome. */

import type { Playbill } from '../play/playbill.ts';

/** Makes a playbill that prints JSON lines: `begin`, `line`s and `table`s as they come, `end`. */
export function forMachines(print: (text: string) => void): Playbill {
  const say = (type: string, body: object) => print(JSON.stringify({ type, ...body }));
  return {
    begin: ({ story, file, seed, options }) => {
      say('begin', {
        story: story.name,
        ...(story.about !== undefined && { about: story.about }),
        file,
        seed,
        options,
      });
    },
    line: (line) => say('line', line),
    table: (table) => say('table', table),
    end: ({ stop, ...outcome }) => say('end', { ...outcome, ...(stop !== undefined && { stop }) }),
  };
}
