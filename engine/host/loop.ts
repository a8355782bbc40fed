/** The loop: takes the next event, steps the actor it is for, and lets what came of it take effect. */

import { ANSWER, CONTROL, Envelope, OPEN, PUSH, TOLD } from '../bus/envelope.ts';
import { hearRefusal, refused, takeAnswer } from '../bus/requests.ts';
import { hearServer, takePush } from '../bus/stream-reading.ts';
import { acceptStream, endStream, hearReader } from '../bus/stream-serving.ts';
import { cancel, kept } from '../bus/stream-words.ts';
import { printReceived } from '../fingerprint/fingerprint.ts';
import { type Failure, LivelockError, RunFailure } from './failure.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import { putOff } from './pausing.ts';
import type { Seat } from './seat.ts';
import type { Due, Timer } from './timer.ts';

/** How often one step may raise events before it counts as endless. */
const raisedMax = 10_000;
/** How many of the last events of a run that stands still are told by actor. */
const talliedMax = 1000;

/** Takes events one by one; nothing but it steps an actor. */
export class Loop {
  private readonly host: Host;
  /** What arrives within a process, or is told by its host: taken right after the step that made it. */
  private readonly localWhat: (Envelope | Due)[] = [];
  private readonly localWhom: Seat[] = [];
  /** The actor in whose step we are. */
  private running: Life | undefined;
  /** True while an event is taken: what comes then waits until it is. */
  isBusy = false;
  /** How many events it has taken. */
  taken = 0;
  private afterStep: (() => void)[] = [];
  private broken: Error | undefined;

  /** Counts the events of this instant. */
  private instant = 0;
  private readonly tallyFrom: number;
  private readonly tally = new Map<string, number>();

  constructor(host: Host) {
    this.host = host;
    this.tallyFrom = host.settings.eventsPerInstantMax - talliedMax;
  }

  /** Runs everything that is due until a time (µs), and lets that time come. */
  runTo(untilUs: number): void {
    const { host } = this;
    this.checkSound();
    this.instant = 0;
    while (host.queue.nextTime() <= untilUs) this.next();
    if (untilUs > host.nowUs) this.setNow(untilUs);
  }

  /** Takes one event; false when none is left. */
  next(): boolean {
    this.checkSound();
    const { queue } = this.host;
    if (!queue.pop()) return false;
    this.taken++;
    if (queue.time !== this.host.nowUs) this.setNow(queue.time);
    else if (++this.instant > this.host.settings.eventsPerInstantMax) this.failLivelock();
    const [what, seat] = [queue.what as Envelope | Due, queue.whom as Seat];
    if (this.host.hasPaused && putOff(this.host, what, seat)) return true;
    this.take(what, seat);
    return true;
  }

  /** Takes what was put in from outside: a start, what an end tells. */
  flush(): void {
    if (this.isBusy || this.localWhat.length === 0) return;
    this.checkSound();
    this.instant = 0;
    this.take(undefined, undefined);
  }

  enqueueLocal(what: Envelope | Due, seat: Seat): void {
    this.localWhat.push(what);
    this.localWhom.push(seat);
  }

  /** Does something that ends an actor: after the running step, when that is a step of it or of one below it. */
  whenStepped(life: Life, task: () => void): void {
    for (let at = this.running; at !== undefined; at = at.above) {
      if (at !== life) continue;
      this.afterStep.push(task);
      return;
    }
    task();
  }

  /** Does something from outside: when the running step has ended, or at once when none runs. */
  betweenSteps(task: () => void): void {
    if (this.running === undefined) task();
    else this.afterStep.push(task);
  }

  fireTimer(timer: Timer): void {
    const { host } = this;
    const { life } = timer;
    const seq = ++life.seat.seq;
    host.statistics.timers++;
    host.recorder?.timerFired?.(life.address, timer.name, seq, host.nowMs);
    host.setCause(life.address, seq);
    if (life.isLiving) this.react(life, timer.event);
  }

  /** Starts a life: its chart's entry is its first step. */
  start(life: Life, input: unknown): void {
    const event = { type: 'xstate.init', input };
    this.running = life;
    try {
      life.chart.start(life, input);
      if (life.raised.length > 0) this.takeRaised(life);
    } catch (error) {
      this.fail(life, event, error);
      return;
    }
    this.settle(life, event, true);
  }

  private take(what: Envelope | Due | undefined, seat: Seat | undefined): void {
    this.isBusy = true;
    try {
      if (what instanceof Envelope) this.deliver(what, seat as Seat);
      else what?.fire();
      if (this.localWhat.length > 0) this.drain();
    } catch (error) {
      // An event half taken is no state to go on from, whoever threw: an actor, a recorder, a fault.
      this.broken ??= error as Error;
      throw error;
    }
    this.isBusy = false;
    this.host.setCause('', 0);
  }

  private drain(): void {
    const { localWhat, localWhom } = this;
    for (let i = 0; i < localWhat.length; i++) {
      if (++this.instant > this.host.settings.eventsPerInstantMax) this.failLivelock();
      const what = localWhat[i] as Envelope | Due;
      if (what instanceof Envelope) this.deliver(what, localWhom[i] as Seat);
      else what.fire();
    }
    empty(localWhat);
    empty(localWhom);
  }

  /** Delivers what has arrived, unless a host keeps it from its actor. */
  private deliver(envelope: Envelope, seat: Seat): void {
    const { host } = this;
    const life = seat.life ?? host.settings.stray?.(seat);
    if (life === undefined) {
      if (seat.isElsewhere) host.bus.leave(envelope);
      else if (envelope.role !== TOLD) host.bus.bounce(envelope, seat);
      return;
    }
    if (envelope.seq > 0) host.setCause(envelope.from, envelope.seq);
    else host.setCause(envelope.causeFrom, envelope.causeSeq);
    switch (envelope.role) {
      case ANSWER:
        if (takeAnswer(life, envelope)) break;
        host.noteDropped(envelope, seat, 'nobody waits for this answer');
        return;
      case OPEN:
        if (acceptStream(life, envelope)) break;
        host.noteDropped(envelope, seat, 'opened already');
        return;
      case PUSH:
        if (takePush(life, envelope)) break;
        host.noteDropped(envelope, seat, 'out of place');
        return;
      case CONTROL:
        this.hear(life, envelope);
        return;
    }
    this.noteReceived(seat, envelope);
    // Whoever watches may have killed it just now.
    if (!life.isLiving) return;
    const isAnswered = this.react(life, envelope);
    // An actor that has nothing for a stream will never push: the reader must not wait for it.
    if (!isAnswered && envelope.role === OPEN) endStream(life, envelope, 'refused');
  }

  private hear(life: Life, word: Envelope): void {
    this.host.recorder?.delivered?.(word, life.address, this.host.nowMs);
    this.host.setCause(word.causeFrom, word.causeSeq);
    if (word.type === refused) hearRefusal(life, word);
    else if (word.type === kept || word.type === cancel) hearReader(life, word);
    else hearServer(life, word);
  }

  private noteReceived(seat: Seat, envelope: Envelope): void {
    const { host } = this;
    host.statistics.messages++;
    if (host.settings.isPrinting && envelope.role !== TOLD) printReceived(seat, envelope, host.nowUs);
    host.trail.add(seat.address, false, envelope, host.nowMs);
    if (host.byType !== undefined) host.byType.set(envelope.type, (host.byType.get(envelope.type) ?? 0) + 1);
    host.recorder?.delivered?.(envelope, seat.address, host.nowMs);
  }

  /** Steps an actor with an event; false when its chart has nothing for it. */
  private react(life: Life, event: { type: string }): boolean {
    if (this.instant > this.tallyFrom) this.tally.set(life.address, (this.tally.get(life.address) ?? 0) + 1);
    this.running = life;
    let isAnswered = false;
    try {
      isAnswered = life.chart.step(life, event);
      if (life.raised.length > 0) this.takeRaised(life);
    } catch (error) {
      this.fail(life, event, error);
      return true;
    }
    this.settle(life, event, isAnswered);
    return isAnswered;
  }

  private takeRaised(life: Life): void {
    const { host } = this;
    for (let i = 0; i < life.raised.length; i++) {
      const event = life.raised[i] as { type: string };
      if (i === raisedMax) throw new Error(`it raises events without end; the last is "${event.type}"`);
      const isAnswered = life.chart.step(life, event);
      host.statistics.steps++;
      if (host.recorder?.stepped !== undefined) this.noteStep(life, event, isAnswered);
    }
    empty(life.raised);
  }

  private settle(life: Life, event: { type: string }, isAnswered: boolean): void {
    this.running = undefined;
    this.host.statistics.steps++;
    if (this.host.recorder?.stepped !== undefined) this.noteStep(life, event, isAnswered);
    if (life.done) this.host.lives.finish(life);
    if (this.afterStep.length > 0) this.doAfterStep();
  }

  private doAfterStep(): void {
    for (const task of this.afterStep.splice(0)) task();
  }

  private noteStep(life: Life, event: { type: string }, isAnswered: boolean): void {
    const { host } = this;
    host.recorder?.stepped?.(life.address, event, isAnswered, life.chart.value(life), host.nowMs);
  }

  private setNow(us: number): void {
    this.host.setNow(us);
    this.instant = 0;
  }

  private fail(life: Life, event: unknown, error: unknown): void {
    const { host } = this;
    this.running = undefined;
    const failure: Failure = {
      seed: host.settings.seed,
      atMs: host.nowMs,
      address: life.address,
      kind: life.seat.kind,
      incarnation: life.incarnation,
      state: life.state === undefined ? undefined : life.chart.value(life),
      event: life.raised.length > 0 ? { raised: life.raised.map(({ type }) => type), after: event } : event,
      error,
      trail: host.trail.of(life.address),
    };
    host.failures.push(failure);
    const stop = new RunFailure(failure);
    if (host.settings.onFailure === 'crash') {
      host.recorder?.logged?.(life.address, 'error', stop.message, undefined, host.nowMs);
      host.lives.crash(life.root, true, error instanceof Error ? error.message : String(error));
      this.doAfterStep();
      return;
    }
    this.broken = stop;
    throw stop;
  }

  private failLivelock(): never {
    const { host } = this;
    const busiest = [...this.tally].sort((a, b) => b[1] - a[1]).slice(0, 5);
    const names = busiest.map(([address, count]) => `${address} (${count})`).join(', ');
    this.broken = new LivelockError(
      `the run stands still at virtual time ${new Date(host.nowMs).toISOString()} (seed ${host.settings.seed}): ` +
        `${this.instant - 1} events at one instant; those who took the last ${talliedMax} are ${names}`,
    );
    throw this.broken;
  }

  private checkSound(): void {
    if (this.broken !== undefined) throw this.broken;
  }
}

/** Empties a list one by one, which keeps its room: it is filled again at once, and setting its length would give the room up. */
function empty(list: unknown[]): void {
  while (list.length > 0) list.pop();
}
