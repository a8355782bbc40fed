/** The reference stepper: XState's own interpreter, over one inert scope that every cell is stepped with. */

import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { ActorDefinition } from '../../protocol/actor.ts';
import { isUnbound } from '../../protocol/chart.ts';
import type { Cell, Chart, ChartMaker, StateValue } from './chart.ts';
import { checkedDelay } from './delay.ts';
import { endlessStep, MICROSTEPS_MAX, MICROSTEPS_TOLD } from './endless.ts';
import { refuseOutsideSubset } from './subset.ts';

/** What XState gives an inline function, or one of `setup`. */
interface Given {
  context: unknown;
  event: AnyEventObject;
}

/** A custom or built-in action, as XState's interpreter hands it to the executor. */
interface Executable {
  info: Given;
  params: unknown;
  exec: ((info: Given, params: unknown) => void) | undefined;
}

/** The part of XState's inspection that tells of every microstep. */
interface Inspection {
  type: string;
  event: AnyEventObject;
  snapshot: AnyMachineSnapshot;
  _transitions: readonly unknown[];
}

/** The step being taken. Behaviour is bound once a definition, so what it acts for is here and not in a closure. */
let cell: Cell;
let kind = '';
let isAnswered = false;
let microsteps = 0;
let lastStates: StateValue[] = [];

/** Makes a chart that XState itself steps. */
export const xstateChart: ChartMaker = (definition) => {
  refuseOutsideSubset(definition);
  return new XStateChart(definition);
};

class XStateChart implements Chart {
  readonly definition: ActorDefinition;
  readonly #machine: AnyStateMachine;

  constructor(definition: ActorDefinition) {
    this.definition = definition;
    this.#machine = bind(definition);
  }

  start(starting: Cell, input: unknown): void {
    this.#within(starting, () => {
      const snapshot = this.#machine.getInitialSnapshot(scope, input) as AnyMachineSnapshot;
      if (snapshot.status === 'error') throw snapshot.error;
      this.#keep(snapshot);
    });
  }

  step(stepping: Cell, event: AnyEventObject): boolean {
    if (stepping.done) return false;
    return this.#within(stepping, () => {
      const before = stepping.state as AnyMachineSnapshot;
      // A host may have put another context in place after `restore`.
      const snapshot = before.context === stepping.context ? before : this.#stand(before.value, stepping.context);
      this.#keep(this.#machine.transition(snapshot, event, scope) as AnyMachineSnapshot);
    });
  }

  value(standing: Cell): StateValue {
    return (standing.state as AnyMachineSnapshot).value as StateValue;
  }

  restore(restored: Cell, value: StateValue): void {
    const snapshot = this.#stand(value, restored.context);
    restored.state = snapshot;
    restored.done = snapshot.status === 'done';
  }

  #stand(value: StateValue, context: unknown): AnyMachineSnapshot {
    return this.#machine.resolveState({ value, context: context as never }) as AnyMachineSnapshot;
  }

  #keep(snapshot: AnyMachineSnapshot): void {
    cell.state = snapshot;
    cell.context = snapshot.context;
    cell.done = snapshot.status === 'done';
  }

  /** Runs one step for a cell; true when a transition was taken. */
  #within(stepping: Cell, run: () => void): boolean {
    const outer = { cell, kind, isAnswered, microsteps, lastStates };
    cell = stepping;
    kind = this.definition.kind;
    isAnswered = false;
    microsteps = 0;
    lastStates = [];
    try {
      run();
      return isAnswered;
    } finally {
      ({ cell, kind, isAnswered, microsteps, lastStates } = outer);
    }
  }
}

/** The actor XState believes it steps. It runs custom actions in place, and timers are the cell's. */
const scope = {
  self: {},
  id: '',
  sessionId: '',
  logger: () => {},
  emit: () => {},
  stopChild: () => {},
  defer: (task: () => void) => task(),
  actionExecutor: ({ info, params, exec }: Executable) => {
    cell.context = info.context;
    exec?.(info, params);
  },
  system: {
    _sendInspectionEvent: noteMicrostep,
    scheduler: {
      schedule: (_from: unknown, _to: unknown, event: AnyEventObject, delayMs: number, timer: string) =>
        cell.schedule(timer, delayMs, event),
      cancel: (_from: unknown, timer: string) => cell.cancel(timer),
    },
  },
} as unknown as AnyActorScope;

function noteMicrostep({ type, snapshot, event, _transitions }: Inspection): void {
  if (type !== '@xstate.microstep') return;
  if (_transitions.length > 0) isAnswered = true;
  microsteps += 1;
  if (microsteps > MICROSTEPS_MAX - MICROSTEPS_TOLD) lastStates.push(snapshot.value as StateValue);
  if (microsteps >= MICROSTEPS_MAX) throw endlessStep(kind, lastStates, event.type);
}

/** Gives the machine the behaviour of the names it only declares. */
function bind({ machine, behaviour }: ActorDefinition): AnyStateMachine {
  return machine.provide({
    actions: bound(machine.implementations.actions, behaviour.actions, (action) => ({ context, event }, params) => {
      action(cell.self, event, params, context);
    }),
    guards: bound(machine.implementations.guards, behaviour.guards, (guard) => ({ context, event }, params) => {
      cell.context = context;
      return guard(cell.self, event, params, context);
    }),
    delays: bound(machine.implementations.delays, behaviour.delays, (delay, name) => ({ context, event }) => {
      cell.context = context;
      return checkedDelay(delay(cell.self, event, context), kind, name);
    }),
  });
}

function bound<Behaviour>(
  declared: Record<string, unknown>,
  behaviours: Record<string, Behaviour> = {},
  wrap: (behaviour: Behaviour, name: string) => (given: Given, params: unknown) => unknown,
): Record<string, never> {
  const names = Object.keys(declared).filter((name) => isUnbound(declared[name]) && name in behaviours);
  return Object.fromEntries(names.map((name) => [name, wrap(behaviours[name] as Behaviour, name) as never]));
}
