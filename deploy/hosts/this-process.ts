/** What this process tells of itself, and whether another one of its machine still runs. */

import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning, ticksOf } from '../live/run-file.ts';
import type { Process } from './document.ts';

/** This process, with an id drawn for one join. */
export function thisProcess(): Process {
  const startedTicks = ticksOf(process.pid);
  return {
    id: randomBytes(8).toString('hex'),
    machine: hostname(),
    pid: process.pid,
    pidSpace: pidSpace(),
    ...(startedTicks !== undefined && { startedTicks }),
  };
}

/** Tells whether a process has surely ended: it was one of this very machine (or container), and is no more. */
export function hasEnded({ pid, pidSpace: space, startedTicks }: Process): boolean {
  if (space === '' || space !== pidSpace() || startedTicks === undefined) return false;
  return !isRunning({ pid, startedTicks });
}

/** Where a pid means one process: this boot of this machine, and the namespace (containers have their own). */
function pidSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
