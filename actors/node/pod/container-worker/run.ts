/** What the worker does while its container runs: the postStart hook, and the probes. */

import type { ContainerExec, ContainerExeced, CriRefused } from '../../../../protocol/messages/cri.ts';
import type { PacketForward } from '../../../../protocol/messages/network.ts';
import {
  type Call,
  callOf,
  execOf,
  execTimedOut,
  type Handler,
  packetOf,
  readAnswer,
  readExec,
  timedOut,
} from '../handlers.ts';
import { addOutcome, judgeRun, type Outcome, type ProbeKind, probeOf, probeTimes, probeTitle } from '../probes.ts';
import { momentOf, report, reportAgain } from './known.ts';
import { type Me, type ProbeMemory, podGraceSeconds, record, specOf } from './memory.ts';

/** Hooks may take as long as they like. */
const hookMs = 86_400_000;

type ProbeParams = { kind: ProbeKind };

/** Begins to watch over a running container: one that ran before this worker did keeps what was known of it. */
export function noteRunning(self: Me): void {
  const { memory } = self;
  const { shown } = memory.input;
  const isKnown = !memory.isFresh && shown?.containerID === `containerd://${memory.latest?.containerId}`;
  memory.startedMs = momentOf(self, memory.latest?.startedAt ?? 0);
  memory.started = isKnown && shown?.started === true;
  memory.ready = isKnown && shown?.ready === true;
  memory.waiting = undefined;
  memory.probes = {};
  if (memory.isFresh && specOf(memory).lifecycle?.postStart) {
    memory.waiting = memory.previous === undefined ? { reason: 'ContainerCreating' } : undefined;
  }
}

/** Forgets what was under way while the container ran. */
export function clearRun(self: Me): void {
  const { memory } = self;
  for (const probe of Object.values(memory.probes)) if (probe.request !== undefined) self.forget(probe.request);
  if (memory.hook?.request !== undefined) self.forget(memory.hook.request);
  memory.hook = undefined;
  memory.probes = {};
  memory.isFresh = false;
}

/** Runs a handler; what it brings back bears the flow in its note or its packet. */
function run(self: Me, handler: Handler, timeoutMs: number): { flow: string; call?: Call; request?: number } {
  const { memory } = self;
  const { place } = memory.input;
  memory.flows += 1;
  const flow = `${self.address}#${self.incarnation}.${memory.flows}`;
  const exec = execOf(handler, memory.latest?.containerId ?? '', Math.ceil(timeoutMs / 1000));
  if (exec !== undefined) {
    const options = { deadlineMs: timeoutMs + 1000, note: { flow } };
    return { flow, request: self.request<ContainerExec>(place.runtime, 'container.exec', exec, options) };
  }
  const call = callOf(handler, specOf(memory), memory.podIP);
  if (call === undefined) return { flow };
  // Ports above 32768 are for connections that a node opens itself.
  const srcPort = 32_768 + (memory.flows % 28_000);
  self.send<PacketForward>(place.network, 'packet.forward', packetOf(call, flow, self.address, place.nodeIP, srcPort));
  return { flow, call };
}

/** An answer to a handler: a packet, what a command did, a refusal, or none. */
type Answer = { type: string; body: unknown; note?: unknown };

/** Tells whether an event answers the handler of that flow. */
export function answers(event: Answer, flow: string | undefined): boolean {
  if (flow === undefined) return false;
  if (event.type === 'packet.forward') return (event.body as PacketForward['body']).flow === flow;
  return (event.note as { flow?: string } | undefined)?.flow === flow;
}

function outcomeOf(event: Answer, call: Call | undefined, handler: Handler): Outcome {
  if (event.type === 'packet.forward' && call !== undefined) {
    return readAnswer(call, (event as PacketForward).body.payload);
  }
  if (event.type === 'container.execed') return readExec(event.body as ContainerExeced['body']);
  const refused = event.type === 'cri.refused' ? (event.body as CriRefused['body']) : undefined;
  if (refused !== undefined && refused.code !== 'DeadlineExceeded') return { ok: false, message: refused.message };
  return execTimedOut(handler.exec?.command ?? []);
}

/** Tries a probe once. */
export function tryProbe(self: Me, _event: unknown, { kind }: ProbeParams): void {
  const { memory } = self;
  const probe = probeOf(specOf(memory), kind);
  if (probe === undefined) return;
  const before = memory.probes[kind];
  const made = run(self, probe, probeTimes(probe).timeoutMs);
  memory.probes[kind] = {
    verdict: 'undecided',
    triedAt: self.monotonic(),
    ...made,
    ...(before?.run === undefined ? {} : { run: before.run }),
  };
}

/** Takes what a probe brought back. */
export function takeOutcome(self: Me, event: Answer, { kind }: ProbeParams): void {
  const { memory } = self;
  const probe = probeOf(specOf(memory), kind);
  const state = memory.probes[kind];
  if (probe === undefined || state === undefined) return;
  state.outcome = outcomeOf(event, state.call, probe);
}

/** Takes it that a probe brought nothing back in time. */
export function takeTimeout(self: Me, _event: unknown, { kind }: ProbeParams): void {
  const { memory } = self;
  const probe = probeOf(specOf(memory), kind);
  const state = memory.probes[kind];
  if (probe === undefined || state === undefined) return;
  if (state.request !== undefined) self.forget(state.request);
  state.outcome = state.call ? timedOut(state.call) : execTimedOut(probe.exec?.command ?? []);
}

/** Judges a probe by all its outcomes so far. */
export function judgeProbe(self: Me, _event: unknown, { kind }: ProbeParams): void {
  const { memory } = self;
  const probe = probeOf(specOf(memory), kind);
  const state = memory.probes[kind];
  if (probe === undefined || state?.outcome === undefined) return;
  const { outcome } = state;
  if (!outcome.ok) record(self, 'Warning', 'Unhealthy', `${probeTitle(kind)} failed: ${outcome.message}`);
  state.run = addOutcome(state.run, outcome.ok);
  state.verdict = judgeRun(probe, state.run);
  if (state.verdict === 'undecided') return;
  if (kind === 'readiness') setReady(self, state.verdict === 'passed');
  else if (state.verdict === 'failed') killBy(self, kind, probe.terminationGracePeriodSeconds);
}

function setReady(self: Me, ready: boolean): void {
  if (self.memory.ready === ready) return;
  self.memory.ready = ready;
  reportAgain(self);
}

function killBy(self: Me, kind: ProbeKind, probeGraceSeconds: number | undefined): void {
  const { memory } = self;
  kill(self, orRestarted(self, `Container ${memory.input.name} failed ${kind} probe`), probeGraceSeconds);
}

/** Says why a container is killed, and whether it comes back. */
export function orRestarted({ memory }: Me, why: string): string {
  const isRestarted = memory.input.role === 'sidecar' || memory.pod.spec.restartPolicy !== 'Never';
  return isRestarted ? `${why}, will be restarted` : why;
}

/** Has the container killed, and restarted where policy allows. */
export function kill(self: Me, message: string, graceSeconds?: number): void {
  const { memory } = self;
  memory.kill = { isHalt: false, message, graceSeconds: Math.max(2, graceSeconds ?? podGraceSeconds(memory.pod)) };
  self.raise({ type: 'container.kill' });
}

/** Tells whether a probe is to run: the container has it, and does not yet have what it would give. */
export function hasProbe(self: Me, _event: unknown, { kind }: ProbeParams): boolean {
  const { memory } = self;
  return probeOf(specOf(memory), kind) !== undefined && !(kind === 'startup' && memory.started);
}

/** Tells whether a probe has no more to say for this life of the container. */
export function isDecided(self: Me, _event: unknown, { kind }: ProbeParams): boolean {
  const verdict = self.memory.probes[kind]?.verdict;
  if (kind === 'readiness') return false;
  return verdict === 'failed' || (kind === 'startup' && verdict === 'passed');
}

/** Goes on where a probe is not there, or has been decided. */
export function settleProbe(self: Me, _event: unknown, { kind }: ProbeParams): void {
  const { memory } = self;
  if (kind === 'startup' && memory.probes.startup?.verdict !== 'failed') {
    memory.started = true;
    if (specOf(memory).readinessProbe) reportAgain(self);
    self.raise({ type: 'startup.passed' });
  }
  if (kind === 'readiness') setReady(self, true);
}

/** Gives the times of a container's probes, from now. */
export const probeDelays = {
  initial: (self: Me, kind: ProbeKind): number => {
    const { initialDelayMs } = probeTimes(probeOf(specOf(self.memory), kind));
    return Math.max(0, self.memory.startedMs + initialDelayMs - self.monotonic());
  },
  timeout: (self: Me, kind: ProbeKind): number => probeTimes(probeOf(specOf(self.memory), kind)).timeoutMs,
  rest: (self: Me, kind: ProbeKind): number => {
    const state: ProbeMemory | undefined = self.memory.probes[kind];
    const { periodMs } = probeTimes(probeOf(specOf(self.memory), kind));
    return Math.max(0, (state?.triedAt ?? self.monotonic()) + periodMs - self.monotonic());
  },
};

/** Runs the hook that follows the start. */
export function runPostStart(self: Me): void {
  runHook(self, specOf(self.memory).lifecycle?.postStart ?? {}, hookMs);
}

/** Runs the hook that comes before SIGTERM, within what is left of the grace. */
export function runPreStop(self: Me): void {
  runHook(self, specOf(self.memory).lifecycle?.preStop ?? {}, Math.max(0, self.memory.killAt - self.monotonic()));
}

function runHook(self: Me, hook: Handler & { sleep?: { seconds: number } }, atMostMs: number): void {
  const ms = hook.sleep === undefined ? atMostMs : Math.min(atMostMs, hook.sleep.seconds * 1000);
  self.memory.hook = { ...run(self, hook, ms), untilMs: self.monotonic() + ms };
}

function hookOutcome(self: Me, event: Answer, handler: Handler): Outcome {
  return outcomeOf(event, self.memory.hook?.call, handler);
}

/** Takes what the postStart hook did; one that failed ends the container. */
export function endPostStart(self: Me, event: Answer): void {
  const outcome = hookOutcome(self, event, specOf(self.memory).lifecycle?.postStart ?? {});
  if (outcome.ok) {
    self.raise({ type: 'hook.passed' });
    return;
  }
  record(self, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
  kill(self, 'FailedPostStartHook');
}

/** Ends a hook that only waits. */
export function passSleep(self: Me): void {
  self.raise({ type: 'hook.passed' });
}

/** Takes what the preStop hook did: the container is stopped all the same. */
export function endPreStop(self: Me, event: Answer): void {
  const outcome = hookOutcome(self, event, specOf(self.memory).lifecycle?.preStop ?? {});
  if (!outcome.ok) record(self, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
}

/** Goes on once the container is up and its hook done: the pod hears of it with its readiness, where no probe delays that. */
export function passHook(self: Me): void {
  const { memory } = self;
  memory.waiting = undefined;
  const spec = specOf(memory);
  if (memory.told !== undefined) memory.told = { ...memory.told, stage: 'running' };
  if (spec.startupProbe || spec.readinessProbe || memory.ready) report(self, undefined, { stage: 'running' });
  self.raise({ type: 'hook.passed' });
}
