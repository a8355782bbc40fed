/** `npm run check:etcd`: runs seed after seed, and stops at the first that shows something wrong. */

import { parseArgs } from 'node:util';
import { describePlanned, type FaultName, faultNames } from './fault-plan.ts';
import { type Outcome, type RunOptions, run } from './run.ts';

const usage = `usage: npm run check:etcd -- [--seeds 100] [--from 1] [--members 1] [--clients 5] [--seconds 60]
                             [--faults ${faultNames.join(',')}] [--keep-going]`;

interface Wish extends Omit<RunOptions, 'seed'> {
  readonly seeds: number;
  readonly from: number;
  readonly keepGoing: boolean;
}

function wishOf(words: string[]): Wish {
  const { values } = parseArgs({
    args: words,
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      members: { type: 'string', default: '1' },
      clients: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '60' },
      faults: { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const faults = values.faults?.split(',').map((name) => name.trim());
  const stranger = faults?.find((name) => !faultNames.includes(name as FaultName));
  if (stranger !== undefined) throw new TypeError(`--faults: there is no fault "${stranger}"`);
  return {
    seeds: whole('seeds', values.seeds),
    from: whole('from', values.from),
    members: whole('members', values.members),
    clients: whole('clients', values.clients),
    seconds: whole('seconds', values.seconds),
    keepGoing: values['keep-going'],
    ...(faults !== undefined && { faults: faults as FaultName[] }),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new TypeError(`--${name} takes a whole number from 1, not "${text}"`);
  return value;
}

/** Runs all seeds; gives how many showed something wrong. */
function runAll({ seeds, from, keepGoing, ...options }: Wish): number {
  const { members, clients, seconds } = options;
  console.log(`etcd of ${members}, ${clients} clients, ${seconds} s of faults, seeds ${from} to ${from + seeds - 1}`);
  const begun = process.hrtime.bigint();
  const total = { seeds: 0, wrong: 0, calls: 0, unknown: 0, faults: 0, compared: 0 };
  let told = begun;
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = run({ ...options, seed });
    total.seeds++;
    total.calls += outcome.calls;
    total.unknown += outcome.unknown;
    total.faults += outcome.plan.length;
    total.compared += outcome.compared;
    if (seeds === 1) tellRun(outcome);
    if (outcome.violations.length > 0) {
      total.wrong++;
      tellFailure(outcome, options);
      if (!keepGoing) break;
    }
    const now = process.hrtime.bigint();
    if (now - told < 5_000_000_000n) continue;
    told = now;
    console.log(`  ${total.seeds} seeds, ${total.calls} calls, ${perMinute(total.seeds, begun)} seeds a minute`);
  }
  const verdict = total.wrong === 0 ? 'PASSED' : `FAILED (${total.wrong})`;
  console.log(
    `${verdict}: ${total.seeds} seeds, ${total.calls} calls (${total.unknown} of unknown outcome), ` +
      `${total.faults} faults, ${total.compared} stores compared, ${perMinute(total.seeds, begun)} seeds a minute`,
  );
  return total.wrong;
}

function perMinute(seeds: number, begun: bigint): number {
  return Math.round((seeds * 60e9) / Number(process.hrtime.bigint() - begun));
}

function tellRun({ plan, fingerprint, calls, unknown, revision }: Outcome): void {
  for (const planned of plan) console.log(`  ${describePlanned(planned)}`);
  console.log(`  ${calls} calls (${unknown} of unknown outcome), revision ${revision}, fingerprint ${fingerprint}`);
}

function tellFailure({ seed, violations, plan, fingerprint }: Outcome, options: Omit<RunOptions, 'seed'>): void {
  const { members, clients, seconds, faults } = options;
  const only = faults === undefined ? '' : ` --faults ${faults.join(',')}`;
  console.log(`\nseed ${seed} is wrong (fingerprint ${fingerprint}):\n`);
  for (const violation of violations.slice(0, 5)) console.log(`${violation}\n`);
  if (violations.length > 5) console.log(`and ${violations.length - 5} more\n`);
  console.log('its faults:');
  for (const planned of plan) console.log(`  ${describePlanned(planned)}`);
  const size = `--members ${members} --clients ${clients} --seconds ${seconds}${only}`;
  console.log(`\nrerun: npm run check:etcd -- --seeds 1 --from ${seed} ${size}\n`);
}

try {
  process.exitCode = runAll(wishOf(process.argv.slice(2))) > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
