/** How answers are written: JSON, YAML or protobuf, and the headers that go with it. */

import { stringify } from 'yaml';
import type { Status } from '../../protocol/objects.ts';
import type { HttpResponse } from '../http.ts';
import type { MediaType } from '../negotiation.ts';
import { protobufType, writeEnvelope } from '../protobuf/envelope.ts';

/** The media type of each format. */
export const contentTypes: Readonly<Record<MediaType['format'], string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: protobufType,
};

/** Writes a value as an answer with a code; as JSON where protobuf has no message of it. */
export function encode(
  status: number,
  value: object,
  format: MediaType['format'] = 'json',
  isPretty = false,
): HttpResponse {
  const message = format === 'protobuf' ? writeEnvelope(value) : undefined;
  if (message !== undefined) return { status, headers: { ...always, 'content-type': protobufType }, body: message };
  const isYaml = format === 'yaml';
  const body = isYaml ? stringify(value, { version: '1.1', aliasDuplicateObjects: false }) : toJson(value, isPretty);
  return { status, headers: { ...always, 'content-type': contentTypes[isYaml ? 'yaml' : 'json'] }, body };
}

/** What stands on every answer: a cluster's state is nobody's to keep. */
export const always = { 'cache-control': 'no-cache, private' } as const;

function toJson(value: unknown, isPretty: boolean): string {
  return `${JSON.stringify(value, undefined, isPretty ? 2 : undefined)}\n`;
}

/** Writes a refusal. */
export function encodeStatus(status: Status, format: MediaType['format'] = 'json', isPretty = false): HttpResponse {
  const seconds = status.details?.retryAfterSeconds;
  const answer = encode(status.code ?? 500, status, format, isPretty);
  return seconds === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

/** Adds the header `Warning`, once for each. */
export function withWarnings(answer: HttpResponse, warnings: readonly string[] | undefined): HttpResponse {
  if (warnings === undefined || warnings.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, warning: warnings.map((text) => `299 - ${quote(text)}`) } };
}

/** As RFC 7230 quotes a text; what may not stand in a header is left out. */
function quote(text: string): string {
  return `"${text.replaceAll(/[\r\n\p{C}]/gu, ' ').replaceAll(/[\\"]/g, '\\$&')}"`;
}
