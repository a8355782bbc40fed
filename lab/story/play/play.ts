/** Plays a story: starts its cluster, lets happen what it says, and judges what it expects. */

import type { Recorder } from '../../../engine/recorder.ts';
import type { Node } from '../../../protocol/objects.ts';
import type { Expectation, Step } from '../format.ts';
import type { Outcome, Stop, Verdict } from '../outcome.ts';
import { replayOf, type Script } from '../script.ts';
import { msOf } from '../words.ts';
import { inEnglish } from './conditions/english.ts';
import { look } from './conditions/look.ts';
import { isReady } from './conditions/ready.ts';
import { apply } from './deeds/objects.ts';
import { perform } from './deeds/perform.ts';
import type { Playbill } from './playbill.ts';
import { setStage } from './set-stage.ts';
import { elapsed, type Stage, tell } from './stage.ts';
import { StoryError } from './story-error.ts';
import { printTables } from './tables.ts';
import { trafficRows } from './traffic-rows.ts';
import { settleTurns, watchTurns } from './turns.ts';

/** How often conditions are looked at, in ms of virtual time. */
const lookEveryMs = 100;
/** How long nodes may take to become Ready before the story goes on without them. */
const nodesPatienceMs = 60_000;
/** How long the API server may take to come up, and a step to come true, unless told. */
const patienceMs = 600_000;

/**
 * Plays a script to its end, telling `playbill` what happens; a recorder sees every message of it.
 *
 * @throws RunFailure where an actor fails: a fault of ours
 */
export function play(script: Script, playbill: Playbill, recorder?: Recorder): Outcome {
  const { stage, flush } = setStage(script, playbill, recorder);
  const run = new Run(script, stage, playbill, flush);
  return run.play();
}

class Run {
  private readonly script: Script;
  private readonly stage: Stage;
  private readonly playbill: Playbill;
  private readonly flush: () => void;
  private readonly waiting: Set<NonNullable<Script['story']['traffic']>[number]>;
  private areManifestsReady = false;

  constructor(script: Script, stage: Stage, playbill: Playbill, flush: () => void) {
    this.script = script;
    this.stage = stage;
    this.playbill = playbill;
    this.flush = flush;
    this.waiting = new Set(script.story.traffic ?? []);
  }

  play(): Outcome {
    const { stage } = this;
    let stop: Stop | undefined;
    let verdicts: Verdict[] = [];
    try {
      this.begin();
      this.takeSteps();
      verdicts = this.judge();
    } catch (error) {
      if (!(error instanceof StoryError)) throw error;
      stop = { atMs: elapsed(stage), what: error.message };
    }
    this.flush();
    settleTurns(stage);
    stage.meter.read();
    return this.outcomeOf(verdicts, stop);
  }

  /** Waits for the API server, and applies what the story begins with. */
  private begin(): void {
    const { stage, script } = this;
    this.passUntil(() => stage.admin.isServed(), patienceMs, 'the API server never answered');
    // A user comes to a cluster that is up; one that does not come up whole is part of the story.
    this.passUntil(() => areNodesReady(stage), nodesPatienceMs);
    if (script.manifests.first.length === 0) return;
    apply(stage, script.manifests.first);
  }

  private takeSteps(): void {
    let lastMs = elapsed(this.stage);
    for (const [number, step] of (this.script.story.story ?? []).entries()) {
      this.awaitMoment(step, lastMs, number);
      lastMs = elapsed(this.stage);
      perform(this.stage, this.script, step, number);
      if (step.show !== undefined) this.show([step.show].flat());
    }
    if (this.script.story.end !== undefined) this.passTo(msOf(this.script.story.end));
  }

  private awaitMoment({ at, after, when, within }: Step, lastMs: number, number: number): void {
    if (at !== undefined) this.passTo(msOf(at));
    if (after !== undefined) this.passTo(lastMs + msOf(after));
    if (when === undefined) return;
    const sinceMs = this.stage.engine.now();
    let seen = '';
    const holds = () => {
      if (when.traffic !== undefined) this.stage.meter.read();
      const evidence = look(this.stage, when, sinceMs);
      seen = evidence.seen;
      return evidence.holds;
    };
    const why = () => `step ${number + 1} waited ${within ?? '10m'} in vain for this: ${inEnglish(when)} (${seen})`;
    this.passUntil(holds, within === undefined ? patienceMs : msOf(within), why);
  }

  /** Looks at all expectations in their order. */
  private judge(): Verdict[] {
    const { stage } = this;
    return (this.script.story.expect ?? []).map((expectation: Expectation) => {
      const { within, say, ...condition } = expectation;
      const sinceMs = stage.engine.now();
      let evidence = { holds: false, seen: '' };
      const holds = () => {
        if (condition.traffic !== undefined) {
          settleTurns(stage);
          stage.meter.read();
        }
        evidence = look(stage, condition, sinceMs);
        return evidence.holds;
      };
      // What answers must be asked first.
      const patience = within !== undefined ? msOf(within) : condition.answers !== undefined ? 5_000 : 0;
      this.passUntil(holds, patience);
      return { expected: say ?? inEnglish(condition), ...evidence, atMs: elapsed(stage) };
    });
  }

  private show(tables: readonly string[]): void {
    this.flush();
    for (const table of printTables(this.stage, tables)) this.playbill.table(table);
  }

  /** Lets time pass until a condition holds, which is looked at every tick; gives up after so many ms, with `why` if told. */
  private passUntil(holds: () => boolean, withinMs: number, why?: string | (() => string)): void {
    const endMs = this.stage.engine.now() + withinMs;
    while (!holds()) {
      const left = endMs - this.stage.engine.now();
      if (left <= 0) {
        if (why === undefined) return;
        throw new StoryError(typeof why === 'string' ? why : why());
      }
      this.pass(Math.min(lookEveryMs, left));
    }
  }

  /** Lets time pass to so many ms after the start; a time that is over stays so. */
  private passTo(ms: number): void {
    for (let left = ms - elapsed(this.stage); left > 0; left = ms - elapsed(this.stage)) {
      this.pass(Math.min(lookEveryMs, left));
    }
  }

  private pass(ms: number): void {
    const { stage } = this;
    const { engine, view } = stage;
    engine.runFor(ms);
    view.tend();
    if (view.hasChanged) this.noteChanges();
    if (this.waiting.size > 0) this.startTraffic();
  }

  private startTraffic(): void {
    const { stage } = this;
    const due = [...this.waiting].filter(({ from }) =>
      from === undefined ? this.areManifestsReady : elapsed(stage) >= msOf(from),
    );
    for (const plan of due) {
      this.waiting.delete(plan);
      stage.meter.start(plan, stage.startMs);
    }
    const words = due.map(({ name, rate, to }) => `"${name}" ${rate} to ${to}`);
    if (due.length > 0) tell(stage, 'act', `traffic: ${words.join(', ')}`);
  }

  private noteChanges(): void {
    const { stage } = this;
    stage.view.hasChanged = false;
    if (!this.areManifestsReady) this.noteReadiness();
    if (watchTurns(stage) && stage.turns.healedAt !== undefined)
      tell(stage, 'good', 'all that was applied is ready again');
  }

  private noteReadiness(): void {
    const { stage } = this;
    if (stage.applied.size === 0 || !look(stage, { ready: 'all' }, 0).holds) return;
    this.areManifestsReady = true;
    tell(stage, 'good', 'all that was applied is ready');
  }

  private outcomeOf(verdicts: readonly Verdict[], stop: Stop | undefined): Outcome {
    const { stage, script } = this;
    const { engine } = stage;
    return {
      passed: stop === undefined && verdicts.every(({ holds }) => holds),
      seed: engine.seed,
      fingerprint: engine.fingerprint(),
      virtualMs: elapsed(stage),
      messages: engine.statistics.messages,
      verdicts,
      stop,
      traffic: trafficRows(stage),
      replay: replayOf(script),
    };
  }
}

function areNodesReady({ view, cluster }: Stage): boolean {
  return cluster.nodes.every(({ name }) => {
    const node = view.find<Node>('nodes', '', name);
    return node !== undefined && isReady(node);
  });
}
