/** Reads a command that came from outside: right in every field, or refused by the name of the first that is not. */

import { nearest } from '../../protocol/spelling.ts';
import { type Fault, type FaultCommand, FaultError, type FaultKind, isInstant } from './command.ts';
import { checkFields, type Form, forms, needed } from './fields.ts';

const messages = {
  from: forms.text,
  to: forms.text,
  type: forms.text,
  between: forms.pair,
  oneWay: forms.flag,
  probability: forms.share,
  skip: forms.count,
  count: forms.count,
} as const;
const link = { a: needed(forms.text), b: needed(forms.text), oneWay: forms.flag };
const place = { place: needed(forms.text) };
const actor = { actor: needed(forms.text) };

const fieldsOf: Readonly<Record<FaultKind, Readonly<Record<string, Form>>>> = {
  drop: messages,
  delay: { ...messages, byMs: needed(forms.lastingMs) },
  reorder: { ...messages, byMs: needed(forms.lastingMs) },
  duplicate: { ...messages, afterMs: needed(forms.ms) },
  hold: messages,
  cut: link,
  slow: { ...link, byMs: needed(forms.lastingMs) },
  crash: { ...actor, silent: forms.flag, loseUnsynced: forms.flag },
  restart: actor,
  pause: { actor: forms.text, place: forms.text },
  'power-off': place,
  'power-on': place,
  disk: { ...place, fsyncMs: forms.ms, failure: forms.text, tearsWrites: forms.flag },
  clock: { ...place, aheadMs: forms.shift, driftPpm: forms.ppm },
};

const kindForm: Form = { is: () => true, words: 'a kind of fault', isNeeded: true };
/** As a subject's tokens: it stands in traces and on command lines. */
const idForm: Form = {
  is: (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value),
  words: 'up to 64 letters, digits, "-" and "_"',
};

/** Reads a fault. @throws FaultError */
export function readFault(given: unknown): Fault {
  const { kind } = (typeof given === 'object' && given !== null ? given : {}) as { kind?: unknown };
  const kinds = Object.keys(fieldsOf);
  if (typeof kind !== 'string' || !Object.hasOwn(fieldsOf, kind)) {
    const close = typeof kind === 'string' ? nearest(kind, kinds) : undefined;
    const what = kind === undefined ? 'is not told' : `there is no kind ${JSON.stringify(kind)}`;
    const fix = close === undefined ? `the kinds are ${kinds.join(', ')}` : `did you mean "${close}"?`;
    throw new FaultError('fault.kind', what, fix);
  }
  checkFields('fault', given, { kind: kindForm, ...fieldsOf[kind as FaultKind] });
  checkWhole(given as Fault);
  return given as Fault;
}

/** Reads a command; one without an id gets it from `makeId`. @throws FaultError */
export function readCommand(given: unknown, makeId: (fault: Fault) => string): FaultCommand {
  const { fault: rawFault, ...rest } = (given ?? {}) as { fault?: unknown };
  const fault = readFault(rawFault);
  checkFields('command', rest, {
    id: idForm,
    by: forms.text,
    at: forms.ms,
    forMs: forms.lastingMs,
    isForever: forms.flag,
  });
  const { id, by = 'somebody', at = Date.now(), forMs, isForever } = rest as Partial<FaultCommand>;
  if (isInstant(fault.kind) && (forMs !== undefined || isForever === true)) {
    const field = forMs !== undefined ? 'command.forMs' : 'command.isForever';
    throw new FaultError(field, `a ${fault.kind} is over at once`, 'leave it out');
  }
  if (forMs !== undefined && isForever === true) {
    throw new FaultError('command.isForever', 'says for ever, and forMs says how long', 'give one of them');
  }
  return {
    id: id ?? makeId(fault),
    fault,
    by,
    at,
    ...(forMs !== undefined && { forMs }),
    ...(isForever === true && { isForever }),
  };
}

/** What no field tells by itself. */
function checkWhole(fault: Fault): void {
  if (fault.kind === 'pause' && (fault.actor === undefined) === (fault.place === undefined)) {
    throw new FaultError('fault.actor', 'a pause is of an actor or of a place', 'give one of actor and place');
  }
  const isBare = (...fields: string[]) => fields.every((field) => !Object.hasOwn(fault, field));
  if (fault.kind === 'disk' && isBare('fsyncMs', 'failure', 'tearsWrites')) {
    throw new FaultError('fault', 'says nothing of the disk', 'give fsyncMs, failure or tearsWrites');
  }
  if (fault.kind === 'clock' && isBare('aheadMs', 'driftPpm')) {
    throw new FaultError('fault', 'says nothing of the clock', 'give aheadMs or driftPpm');
  }
  if ('oneWay' in fault && !('a' in fault) && !('between' in fault)) {
    throw new FaultError('fault.oneWay', 'is of the way between two places', 'give them as between');
  }
}
