/** What starts crashed components again: systemd on each machine for its agents, the kubelet for static pods. */

import type { Engine } from '../../engine/engine.ts';
import { puppetKind } from '../../engine/puppet.ts';
import type { StopReason } from '../../protocol/actor.ts';

/** The agents of a node, which its systemd starts; everything else is a pod. */
const agents: readonly string[] = ['kubelet', 'container-runtime', 'network'];
/** As `RestartSec` in kubeadm's kubelet.service. */
const agentDelayMs = 10_000;
/** ms to start a container once more; then the kubelet's back-off (`initialBackOff`, `MaxContainerBackOff`). */
const firstDelayMs = 1_000;
const backOffMs = 10_000;
const backOffMaxMs = 300_000;
/** One that has run for so long starts afresh: twice the longest back-off, as the kubelet forgets. */
const forgivenMs = 2 * backOffMaxMs;

interface Record {
  crashes: number;
  startedMs: number;
}

/** Told of a component that ended, how, and in how many ms it is started again. */
export type OnCrash = (address: string, how: string, restartInMs: number) => void;

/**
 * Watches over the processes that the host started. A part of the run's set-up: whoever plays a record of it again has
 * one too. Gives what ends it.
 */
export function supervise(engine: Engine, name: string, onCrash: OnCrash = () => {}): () => void {
  const records = new Map<string, Record>();
  return engine.record({
    spawned: ({ address, kind, parent }, atMs) => {
      if (parent !== '' || kind === puppetKind) return;
      const record = records.get(address) ?? { crashes: 0, startedMs: atMs };
      record.startedMs = atMs;
      records.set(address, record);
    },
    ended: (address, kind, reason, error, atMs) => {
      const record = records.get(address);
      if (record === undefined || !isUnwanted(reason)) return;
      if (atMs - record.startedMs > forgivenMs) record.crashes = 0;
      const delayMs = agents.includes(kind) ? agentDelayMs : delayAfter(record.crashes);
      record.crashes++;
      const how = reason === 'crashed' ? `has crashed${error === undefined ? '' : `: ${error}`}` : 'has ended';
      onCrash(address, how, delayMs);
      engine.after(delayMs, name, () => startAgain(engine, address));
    },
  });
}

/** The kubelet starts again also what ended of itself; what was told to stop stays down. */
function isUnwanted(reason: StopReason): boolean {
  return reason === 'crashed' || reason === 'done';
}

function delayAfter(crashes: number): number {
  return crashes === 0 ? firstDelayMs : Math.min(backOffMs * 2 ** (crashes - 1), backOffMaxMs);
}

/** Leaves alone what was started meanwhile, and what is on a machine that is off: that starts all when it boots. */
function startAgain(engine: Engine, address: string): void {
  const seen = engine.inspect(address);
  if (seen === undefined || seen.isAlive || !engine.isUp(seen.machine)) return;
  engine.restart(address);
}
