/** Probes of a container: when they run, what they send, and what their outcomes add up to. */

import type { Container, Probe } from '../../../protocol/objects.ts';

/** Which question a probe answers: has it started, does it live, may it get traffic. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** A run of equal outcomes. */
export interface ProbeRun {
  ok: boolean;
  length: number;
}

/** What came of one try. */
export type Outcome = { ok: true } | { ok: false; message: string };

/** What a run of outcomes comes to: `undecided` until a threshold is reached. */
export type ProbeVerdict = 'passed' | 'failed' | 'undecided';

/** Gives the probe of a kind, if the container has one. */
export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  return kind === 'startup'
    ? container.startupProbe
    : kind === 'liveness'
      ? container.livenessProbe
      : container.readinessProbe;
}

/** Times of a probe in ms, with Kubernetes's defaults: at once, every 10 s, 1 s to answer. */
export function probeTimes(probe: Probe | undefined): { initialDelayMs: number; periodMs: number; timeoutMs: number } {
  return {
    initialDelayMs: (probe?.initialDelaySeconds ?? 0) * 1000,
    periodMs: (probe?.periodSeconds || 10) * 1000,
    timeoutMs: (probe?.timeoutSeconds || 1) * 1000,
  };
}

/** Adds an outcome to the run it belongs to. */
export function addOutcome(run: ProbeRun | undefined, ok: boolean): ProbeRun {
  return run?.ok === ok ? { ok, length: run.length + 1 } : { ok, length: 1 };
}

/** Judges a run: 1 success and 3 failures decide unless told. */
export function judgeRun(probe: Probe, run: ProbeRun): ProbeVerdict {
  const threshold = run.ok ? probe.successThreshold || 1 : probe.failureThreshold || 3;
  if (run.length < threshold) return 'undecided';
  return run.ok ? 'passed' : 'failed';
}

/** Names a probe as events do: `Readiness probe failed: ...`. */
export function probeTitle(kind: ProbeKind): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} probe`;
}
