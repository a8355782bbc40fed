/** `npm run bench`: measures each row in a process of its own, and prints the table that the README shows. */

import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figures } from './measure.ts';
import { rows } from './rows.ts';

type RowName = keyof typeof rows;

/** Runs one row in a fresh process, so that no other's heap or compiled code is in its figures. */
function runAlone(row: RowName): Figures {
  process.stderr.write(`measuring ${row} ...\n`);
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), row], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`the row "${row}" failed`);
  return JSON.parse(child.stdout) as Figures;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const hundredths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

function figure(figures: Figures, name: string, format = whole): string {
  return format.format(figures[name] ?? Number.NaN);
}

function clusterLines(title: string, figures: Figures): [string, string][] {
  return [
    [`${title}, empty to all Ready: wall time`, `${figure(figures, 'wallSeconds', tenths)} s`],
    ['… virtual time', `${figure(figures, 'virtualSeconds')} s`],
    ['… peak memory of the process', `${figure(figures, 'peakMiB')} MiB`],
    ['… messages', `${figure(figures, 'messages')} (${figure(figures, 'messagesPerSecond')} a second)`],
    ['the same cluster at rest: simulated seconds a second', figure(figures, 'restSecondsPerSecond')],
  ];
}

function servingLines(title: string, figures: Figures): [string, string][] {
  return [
    [`${title}: messages a second`, figure(figures, 'messagesPerSecond')],
    [
      '… requests served, by way of DNS, Service, node, pod and program',
      `${figure(figures, 'requestsPerSecond')} a second`,
    ],
  ];
}

function doorLines(requests: Figures, watches: Figures, start: Figures): [string, string][] {
  return [
    [
      'creates a second over HTTPS, 64 in flight from one client process: HTTP/2, one connection',
      figure(requests, 'createsPerSecond'),
    ],
    ['… gets a second', figure(requests, 'getsPerSecond')],
    ['… HTTP/1.1, 64 connections: creates a second', figure(requests, 'http1CreatesPerSecond')],
    ['… gets a second', figure(requests, 'http1GetsPerSecond')],
    [
      '… a list of 10,000 pods',
      `${figure(requests, 'listSeconds', hundredths)} s (${figure(requests, 'listMiB')} MiB)`,
    ],
    [
      '1,000 watches of one kind, 100 writes a second: events that reach them',
      `${figure(watches, 'eventsPerSecond')} a second, ${figure(watches, 'lost')} lost, the last ${figure(watches, 'lagSeconds', hundredths)} s late`,
    ],
    ['troupe up --nodes 1000: until all are Ready', `${figure(start, 'readySeconds', tenths)} s`],
  ];
}

function wireLines(figures: Figures): [string, string][] {
  const share = whole.format(100 * (figures.share ?? Number.NaN));
  return [
    [
      'messages a second between two actors of two processes, over NATS',
      `${figure(figures, 'perSecond')} (a bare publisher and subscriber: ${figure(figures, 'barePerSecond')}; ${share} % of it)`,
    ],
    [
      '… a question and its answer, at the median',
      `${figure(figures, 'answerMs', hundredths)} ms (bare: ${figure(figures, 'bareMs', hundredths)} ms; ${figure(figures, 'multiple', hundredths)} × it)`,
    ],
  ];
}

function hostLines(figures: Figures): [string, string][] {
  return [
    [
      'two hosts with 500 nodes each, from the first process until all are Ready',
      `${figure(figures, 'readySeconds', tenths)} s`,
    ],
    [
      'two hosts with 1,000 nodes each, at rest: all they need of a core, NATS with them',
      `${figure(figures, 'cores', hundredths)} (NATS ${figure(figures, 'natsCores', hundredths)})`,
    ],
  ];
}

function table(): string {
  const [stepper, pair, etcd] = [runAlone('stepper'), runAlone('pair'), runAlone('etcd')];
  const ratio = (a: string, b: string, figures: Figures) => tenths.format((figures[a] ?? 0) / (figures[b] ?? 1));
  const lines: [string, string][] = [
    ['transitions a second, compiled tables', figure(stepper, 'compiledPerSecond')],
    [
      "… XState's own interpreter",
      `${figure(stepper, 'xstatePerSecond')} (compiled: ${ratio('compiledPerSecond', 'xstatePerSecond', stepper)} ×)`,
    ],
    ['messages a second between two empty actors', figure(pair, 'perSecond')],
    ['… with the fingerprint', figure(pair, 'printedPerSecond')],
    [
      '… the floor: a queue and a map look-up',
      `${figure(pair, 'floorPerSecond')} (${ratio('floorPerSecond', 'perSecond', pair)} × the above)`,
    ],
    ['transactions a second, etcd with one member', figure(etcd, 'onePerSecond')],
    [
      '… with three members',
      `${figure(etcd, 'threePerSecond')} (one: ${ratio('onePerSecond', 'threePerSecond', etcd)} ×)`,
    ],
    ...clusterLines('100 nodes, 3,000 pods', runAlone('small')),
    ...servingLines('… serving 3,000 requests a (simulated) second', runAlone('serving')),
    ...clusterLines('1,000 nodes, 30,000 pods', runAlone('large')),
    ...doorLines(runAlone('requests'), runAlone('watches'), runAlone('start')),
    ...wireLines(runAlone('wire')),
    ...hostLines(runAlone('hosts')),
  ];
  return ['| what | measured |', '|---|---|', ...lines.map(([what, measured]) => `| ${what} | ${measured} |`)].join(
    '\n',
  );
}

const asked = process.argv[2];
if (asked !== undefined && asked in rows) {
  process.stdout.write(JSON.stringify(await rows[asked as RowName]()));
} else if (asked !== undefined) {
  process.stderr.write(`there is no row "${asked}"; rows: ${Object.keys(rows).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const [cpu] = cpus();
  const memory = `${whole.format(totalmem() / 2 ** 30)} GiB`;
  console.log(`${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${memory}, Node ${process.version}\n`);
  console.log(table());
}
