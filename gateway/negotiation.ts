/** What form of answer a client wants: the `Accept` header, as apiserver's `NegotiateOutputMediaType` reads it. */

import type { Status } from '../protocol/objects.ts';
import { failure } from '../protocol/status.ts';
import type { HttpRequest } from './http.ts';
import { protobufType } from './protobuf/envelope.ts';
import { isTrue } from './request-attributes.ts';

/** One range of an `Accept` header. */
export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** How an answer is written, and as what it is given. */
export interface MediaType {
  readonly format: 'json' | 'yaml' | 'protobuf';
  /** `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`; empty for the object itself. */
  readonly as: string;
  /** The version of that form: `v1`, `v1beta1`. */
  readonly asVersion: string;
}

const forms: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const plain: MediaType = { format: 'json', as: '', asVersion: '' };
const formats: ReadonlyMap<string, MediaType['format']> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  [protobufType, 'protobuf'],
  ['*/*', 'json'],
  ['application/*', 'json'],
]);
const accepted = `application/json, application/yaml, ${protobufType}`;
const acceptedStreams = `application/json;stream=watch, ${protobufType};stream=watch`;
/** What was found for each header, for kinds that protobuf has messages of and for others. */
const remembered = { inProtobuf: new Map<string, MediaType | Status>(), inText: new Map<string, MediaType | Status>() };
/** Clients send few different headers; hostile ones many. */
const mostRemembered = 1_000;

/** Finds the best form that can be given, or the 406 that says there is none; `hasMessage` for what protobuf has a message of. */
export function negotiate(accept: string | undefined, hasMessage: boolean): MediaType | Status {
  if (accept === undefined || accept.trim() === '') return plain;
  const before = hasMessage ? remembered.inProtobuf : remembered.inText;
  const known = before.get(accept);
  if (known !== undefined) return known;
  const found = choose(readRanges(accept), hasMessage);
  if (before.size >= mostRemembered) before.clear();
  before.set(accept, found);
  return found;
}

/** Finds the best form of a watch. Nobody frames YAML. */
export function negotiateStream(accept: string | undefined, hasMessage: boolean): MediaType | Status {
  const found = negotiate(accept, hasMessage);
  return isMediaType(found) && found.format === 'yaml' ? notAcceptable(acceptedStreams) : found;
}

/** Finds the format of a refusal, which is never another form; JSON where none will do, so that it is not hidden behind that. */
export function statusFormat(accept = ''): MediaType['format'] {
  const range = readRanges(accept).find(({ type, parameters }) => formats.has(type) && !parameters.get('as'));
  return formats.get(range?.type ?? '') ?? 'json';
}

/** Tells a form from a refusal. */
export function isMediaType(found: MediaType | Status): found is MediaType {
  return 'format' in found;
}

function notAcceptable(types: string): Status {
  return failure.notAcceptable(`only the following media types are accepted: ${types}`);
}

/** As `RequestScope.AllowsMediaTypeTransform`: a table has no message, the metadata of any object has one. */
function choose(ranges: readonly MediaRange[], hasMessage: boolean): MediaType | Status {
  for (const { type, parameters } of ranges) {
    const format = formats.get(type);
    if (format === undefined) continue;
    const as = parameters.get('as') ?? '';
    if (format === 'protobuf' && (as === 'Table' || (as === '' && !hasMessage))) continue;
    if (as === '') return { format, as: '', asVersion: '' };
    const version = parameters.get('v') ?? '';
    const isKnown =
      forms.has(as) && parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
    if (isKnown) return { format, as, asVersion: version };
  }
  return notAcceptable(accepted);
}

/** Reads all ranges, the most wanted first; those of equal quality stay as they come. */
export function readRanges(accept: string): MediaRange[] {
  return accept
    .split(',')
    .map(readRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

function readRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((parameter): [string, string] => {
      const [name = '', value = ''] = parameter.split('=', 2);
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

/** Tells whether an answer is written for people, as apiserver decides: where that is asked for, or a person seems to read. */
export function isPretty(query: URLSearchParams, { headers }: Pick<HttpRequest, 'headers'>): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return isTrue(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}
