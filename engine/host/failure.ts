/** What is said when an actor's behaviour throws, or a run goes round in a circle: everything needed to find out why. */

import { messageId } from '../../protocol/message.ts';
import type { Envelope } from '../bus/envelope.ts';
import type { StateValue } from '../stepper/chart.ts';

/** A message as a failure tells of it. */
export interface TrailEntry {
  readonly atMs: number;
  readonly way: 'received' | 'sent';
  readonly message: Envelope;
}

/** An exception in an actor's behaviour. */
export interface Failure {
  readonly seed: number | string;
  /** ms since the Unix epoch on the engine's clock. */
  readonly atMs: number;
  readonly address: string;
  readonly kind: string;
  readonly incarnation: number;
  /** Where its chart stood before the step; undefined when it failed at its start. */
  readonly state: StateValue | undefined;
  readonly event: unknown;
  readonly error: unknown;
  /** Its last messages, the newest last. */
  readonly trail: readonly TrailEntry[];
}

/** Stops a run: an actor has failed and the engine was not told to go on without it. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describeFailure(failure), { cause: failure.error });
    this.failure = failure;
  }
}

/** Stops a run that makes no progress in time. */
export class LivelockError extends Error {
  override readonly name = 'LivelockError';
}

/** Writes a failure down for people. */
export function describeFailure(failure: Failure): string {
  const { error, address, kind, incarnation, state, event, trail } = failure;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 9).join('\n') : '';
  return [
    `${kind} ${address} failed: ${said}`,
    `  seed ${failure.seed}, virtual time ${new Date(failure.atMs).toISOString()}, life ${incarnation}`,
    `  state ${state === undefined ? '(starting)' : JSON.stringify(state)}`,
    `  event ${brief(event)}`,
    ...(trail.length > 0 ? ['  its last messages:', ...trail.map(describeEntry)] : []),
    ...(stack === '' ? [] : ['  thrown', stack]),
  ].join('\n');
}

function describeEntry({ atMs, way, message }: TrailEntry): string {
  const peer = way === 'sent' ? `-> ${message.to}` : `<- ${message.from}`;
  const id = message.seq > 0 ? ` (${messageId(message)})` : '';
  return `    ${new Date(atMs).toISOString().slice(11, 23)} ${peer} ${message.type}${id} ${brief(message.body)}`;
}

/** A value on one line, cut where it gets long. */
function brief(value: unknown): string {
  try {
    const text = JSON.stringify(value, plainPart) ?? '';
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  } catch (error) {
    // What cannot be written must not hide the failure it is told with.
    return `(cannot be written: ${String(error)})`;
  }
}

function plainPart(_key: string, part: unknown): unknown {
  if (part instanceof Map) return Object.fromEntries(part);
  if (part instanceof Set) return [...part];
  return typeof part === 'bigint' ? `${part}n` : part;
}
