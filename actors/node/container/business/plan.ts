/** Decides what a container's process will do, from its command, its image's program and what it was told to play. */

import type { ContainerConfig } from '../../../../protocol/messages/cri.ts';
import type { Workload } from '../../../../protocol/workload.ts';
import { isKnownCommand } from './command.ts';
import type { Outcome } from './run.ts';

/** What a process will do, unless something happens to it. */
export interface Plan {
  readonly workload: Workload;
  /** ms from its start until it listens. */
  readonly startupMs: number;
  /** ms from its start until it ends by itself; Infinity for never. */
  readonly endsAfterMs: number;
  readonly exitCode: number;
  readonly ports: readonly number[];
  /**
   * Whether SIGTERM ends it. A shell or `sleep` that is a container's first process has no handler,
   * and the kernel's default action does not apply to a namespace's process 1: only SIGKILL ends it.
   */
  readonly handlesTerm: boolean;
  /** False while the command waits for an answer: what it does then is not known yet. */
  readonly isWhole: boolean;
}

/** Most programs of a known size are small; one that nothing is said of stays within half its limit. */
const defaultMemoryBytes = 24 * 1024 * 1024;

/**
 * Plans a process. A workload given with the container wins over its command, and both over the image's own.
 *
 * @param outcome what its command does; undefined where it runs the image's program
 */
export function planProcess(config: ContainerConfig, image: Workload, outcome: Outcome | undefined): Plan {
  if (outcome === undefined) return serve(config, config.workload ?? image, 0);
  if (outcome.end === 'serves') return serve(config, image, outcome.atMs);
  return {
    workload: {},
    startupMs: 0,
    endsAfterMs: outcome.end === 'exits' ? outcome.atMs : Number.POSITIVE_INFINITY,
    exitCode: outcome.exitCode,
    ports: [],
    handlesTerm: false,
    isWhole: outcome.end !== 'asks',
  };
}

/** Gives the words of the command a container runs instead of its image's program; undefined where it runs that. */
export function commandOf({ command, args, workload, image, stdin }: ContainerConfig): readonly string[] | undefined {
  if (workload !== undefined) return undefined;
  if (command !== undefined && command.length > 0) return [...command, ...(args ?? [])];
  // What such an image runs ends at once where nobody types; where somebody does, it is a shell to type into.
  if (stdin === true && args === undefined && shellImage.test(image))
    return [/busybox|alpine/.test(image) ? 'sh' : 'bash'];
  // Arguments alone go to the image's entry point; an image of a bare shell has none, and they are the command.
  return args !== undefined && isKnownCommand(args) ? args : undefined;
}

/** Images of a system, whose program is a shell. */
const shellImage = /(^|\/)(busybox|alpine|debian|ubuntu|fedora|centos)(:[^/]*)?$/;

/** Bytes a program holds from its start on. */
export function baseMemoryBytes(workload: Workload, limitBytes: number | undefined): number {
  return workload.memoryBytes ?? Math.min(defaultMemoryBytes, (limitBytes ?? Number.POSITIVE_INFINITY) / 2);
}

function once(ports: readonly number[]): readonly number[] {
  return ports.length < 2 ? ports : [...new Set(ports)];
}

function serve(config: ContainerConfig, workload: Workload, fromMs: number): Plan {
  const { startupMs = 500, exitAfterMs, exitCode = 0, ports } = workload;
  return {
    workload,
    startupMs: fromMs + startupMs,
    endsAfterMs: exitAfterMs === undefined ? Number.POSITIVE_INFINITY : fromMs + exitAfterMs,
    exitCode,
    ports: once(ports ?? config.ports.map((port) => port.containerPort)),
    handlesTerm: true,
    isWhole: true,
  };
}
