/** `troupe status`: tells which clusters run, and how they are. */

import { defineCommand } from 'citty';
import { askStatus, type LiveStatus } from '../deploy/live/control.ts';
import type { RunState } from '../deploy/live/run-file.ts';
import { findRuns } from './live/find-runs.ts';

/** Command lines to begin with. */
export const examples = `EXAMPLES

  troupe status                            all clusters that run
  troupe status --data-dir ~/my-cluster    the one with these data
  troupe status --json                     an object a line
`;

/** The command. */
export const status = defineCommand({
  meta: {
    name: 'status',
    description: 'Tells which clusters run, and how they are. Exit code: 0 one runs, 1 none does.',
  },
  args: {
    'data-dir': { type: 'string', description: 'The folder with its data', valueHint: 'DIR' },
    json: { type: 'boolean', description: 'Prints JSON, an object a line' },
  },
  async run({ args }) {
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const runs = findRuns(args['data-dir']);
    for (const [i, run] of runs.entries()) {
      const told = await askStatus(run.control);
      if (args.json === true) say(JSON.stringify({ ...run, ...told, answers: told !== undefined }));
      else {
        if (i > 0) say('');
        for (const [name, value] of rowsOf(run, told)) say(`${name.padEnd(14)}${value}`);
      }
    }
    if (runs.length === 0 && args.json !== true) say('no cluster runs');
    return runs.length > 0 ? 0 : 1;
  },
});

function rowsOf(run: RunState, told: LiveStatus | undefined): [string, string][] {
  const rows: [string, string][] = [
    ['process', String(run.pid)],
    ['since', new Date(run.since).toISOString()],
    ['server', run.server === '' ? 'not yet' : run.server],
  ];
  if (run.kubeconfig !== undefined) rows.push(['kubeconfig', run.kubeconfig]);
  rows.push(['data', run.dataDir ?? 'none: it is gone when it ends']);
  if (told === undefined) return [...rows, ['state', 'does not answer']];
  rows.push(
    ['state', told.isReady ? 'ready' : 'starting'],
    ['nodes', `${told.nodes}, ${told.readyNodes} were ready at the start`],
    ['virtual time', `${new Date(told.virtualNow).toISOString()}  speed ${told.speed}`],
    ['seed', String(told.seed)],
    ['version', told.version],
  );
  return rows;
}
