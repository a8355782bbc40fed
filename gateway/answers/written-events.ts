/** The events of watches as they are sent. What many watches are told in the same form is written once. */

import type { ObjectChanged } from '../../protocol/messages/api.ts';
import type { MediaType } from '../negotiation.ts';
import { writeFrame } from '../protobuf/watch-frame.ts';
import { eventsInForm, type Form, type FormedEvent } from './forms.ts';

/** Makes what is sent of an event. */
export type WriteEvent = (event: ObjectChanged['body']) => Uint8Array;

/** Makes what writes the events of one watch, one after the other; `now` gives what ages are counted to. */
export function eventsWritten(form: Form, format: MediaType['format'], now: () => number): WriteEvent {
  const isFramed = format === 'protobuf';
  if (form.as === '') return isFramed ? frame : line;
  const give = eventsInForm(form);
  const write = isFramed ? writeEventFrame : writeLine;
  return (event) => write(give(event, now()));
}

const line = once(writeLine);
const frame = once(writeEventFrame);

/** Remembers what was made of an event as long as the event is there: an API server tells all its watches the same one. */
function once(write: WriteEvent): WriteEvent {
  const written = new WeakMap<object, Uint8Array>();
  return (event) => {
    const known = written.get(event);
    if (known !== undefined) return known;
    const bytes = write(event);
    written.set(event, bytes);
    return bytes;
  };
}

const texts = new WeakMap<object, string>();

function writeLine({ type, object }: FormedEvent): Uint8Array {
  return Buffer.from(`{"type":"${type}","object":${textOf(object)}}\n`);
}

/** Those who come again after a break are told each for itself; the object is the same. */
function textOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

function writeEventFrame({ type, object }: FormedEvent): Uint8Array {
  return writeFrame(type, object);
}
