/** The pieces a story's JSON schema is put together of. */

import { forms } from '../words.ts';

/** A JSON schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** Says a map of known fields. */
export function record(description: string, properties: Readonly<Record<string, Schema>>, required: string[] = []) {
  return {
    type: 'object',
    description,
    properties,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

/** Says a map whose keys are the user's own. */
export function table(description: string, values: Schema, rest: Schema = {}): Schema {
  return { type: 'object', description, additionalProperties: values, ...rest };
}

/** Says one of a few words. */
export function word(description: string, ...words: string[]): Schema {
  return { type: 'string', description, enum: words };
}

/** Says any text that is not empty. */
export function text(description: string, ...examples: string[]): Schema {
  return { type: 'string', minLength: 1, description, ...(examples.length > 0 && { examples }) };
}

/** Says a whole number. */
export function whole(description: string, minimum = 0): Schema {
  return { type: 'integer', minimum, description };
}

/** Says one text or a list of them. */
export function texts(description: string, ...examples: string[]): Schema {
  const one = { type: 'string', minLength: 1 };
  return { type: ['string', 'array'], minLength: 1, items: one, description, examples };
}

/** Says a text of a certain form; `kind` is what it is called when it is wrong. */
function formed(form: keyof typeof forms, kind: string, type: string | string[] = 'string') {
  return (description: string): Schema => ({ type, pattern: forms[form], description, title: kind });
}

/** `90s`, `1m30s`. */
export const duration = formed('duration', 'a duration such as 90s, 500ms or 1m30s');
/** `50/s`. */
export const rate = formed('rate', 'a rate such as 50/s or 300/m');
/** `>= 99.9%`. */
export const share = formed('share', 'a share such as ">= 99.9%"');
/** `5%`. */
export const percent = formed('percent', 'a part of a hundred such as 5%');
/** `200ppm`. */
export const drift = formed('drift', 'parts per million such as 200ppm, or -200ppm');
/** `3`, `>= 3`. */
export const count = formed('count', 'a number such as 3, or a comparison such as ">= 3"', ['string', 'integer']);
/** `< 100ms`. */
export const latency = formed('latency', 'a comparison with a duration, such as "< 100ms"');
/** `rc/frontend`. */
export const reference = formed('reference', 'kind/name, such as rc/frontend (or namespace/kind/name)');

/** Says objects: a path, an object written out, or a list of both. */
export function manifests(description: string): Schema {
  const written = { minLength: 1, minProperties: 1 };
  return {
    type: ['string', 'object', 'array'],
    ...written,
    items: { type: ['string', 'object'], ...written },
    description,
    examples: ['manifests/guestbook'],
  };
}
