/** The body of a request, read: JSON, YAML or protobuf, as its `Content-Type` says. */

import { parse, YAMLParseError } from 'yaml';
import { yamlOptions } from '../deploy/manifests/yaml-text.ts';
import type { Status } from '../protocol/objects.ts';
import { failure } from '../protocol/status.ts';
import type { HttpRequest } from './http.ts';
import { examineJson } from './json-text.ts';
import { protobufType, readEnvelope, type TypeMeta } from './protobuf/envelope.ts';
import { Refused } from './refused.ts';

/** bytes of the largest body taken (apiserver's `MaxRequestBodyBytes`). */
export const mostBodyBytes = 3 * 1024 * 1024;

type WithBody = Pick<HttpRequest, 'headers' | 'body'>;

/** What a body holds. */
export interface GivenObject {
  readonly value: Readonly<Record<string, unknown>>;
  /** The paths of fields that stood in it more than once. */
  readonly duplicates: readonly string[];
}

/** Gives the media type of a body, without parameters and in lower case; JSON where none is named. */
export function contentType({ headers }: Pick<HttpRequest, 'headers'>): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase() || 'application/json';
}

/** What an object in a body is to be. */
export interface WantedObject extends TypeMeta {
  /** Custom resources are read from JSON and YAML alone. */
  readonly takesProtobuf: boolean;
}

const textTypes = 'application/json, application/yaml';

/** Reads a body that must be an object of the kind wanted. @throws Refused 400, 415 */
export function readObject(request: WithBody, wanted: WantedObject): GivenObject {
  const type = contentType(request);
  if (type === protobufType && wanted.takesProtobuf) return readProtobuf(request.body, wanted);
  if (type !== 'application/json' && type !== 'application/yaml') {
    throw new Refused(unknownFormat(wanted.takesProtobuf ? `${textTypes}, ${protobufType}` : textTypes));
  }
  const text = new TextDecoder().decode(request.body);
  const { value, duplicates, problem } = type === 'application/json' ? readJson(text) : readYaml(text);
  if (problem === undefined && isRecord(value)) return { value, duplicates };
  const why =
    problem ?? `json parse error: json: cannot unmarshal ${jsonKind(value)} into Go value of type ${typeOfKinds}`;
  throw new Refused(unrecognized(wanted, `couldn't get version/kind; ${why}`, request.body));
}

/** Unknown fields are passed over in protobuf, and none stands twice: there is nothing to be strict about. */
function readProtobuf(body: Uint8Array, wanted: WantedObject): GivenObject {
  const reading = readEnvelope(body, wanted);
  if ('object' in reading) return { value: reading.object, duplicates: [] };
  const { type, problem } = reading;
  if (type === undefined) throw new Refused(unrecognized(wanted, problem, body));
  const version = type.apiVersion.slice(type.apiVersion.indexOf('/') + 1);
  throw new Refused(
    failure.badRequest(`${type.kind} in version "${version}" cannot be handled as a ${wanted.kind}: ${problem}`),
  );
}

function unrecognized({ kind }: WantedObject, problem: string, body: Uint8Array): Status {
  return failure.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${problem} (${summary(body)})`,
  );
}

/** Into what the real server reads a body first, to learn its kind. */
const typeOfKinds = `struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;

/** Reads the body of a patch; what it must be is its type's to say. @throws Refused 400 */
export function readPatch(request: WithBody, isYaml: boolean): { value: unknown; duplicates: readonly string[] } {
  const text = new TextDecoder().decode(request.body);
  const { value, duplicates, problem } = isYaml ? readYaml(text) : readJson(text);
  if (problem !== undefined) throw new Refused(failure.badRequest(`error decoding patch: ${problem}`));
  return { value, duplicates };
}

/** Refuses a body of a type that is not read (415). */
export function unknownFormat(accepted: string): Status {
  return failure.unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

interface Reading {
  readonly value: unknown;
  readonly duplicates: readonly string[];
  readonly problem: string | undefined;
}

function readJson(text: string): Reading {
  const { fault, duplicates } = examineJson(text);
  if (fault !== undefined) return { value: undefined, duplicates, problem: `json parse error: ${fault}` };
  return { value: JSON.parse(text), duplicates, problem: undefined };
}

function readYaml(text: string): Reading {
  try {
    const value = parse(text, { ...yamlOptions, logLevel: 'silent', maxAliasCount: 1_000 }) as unknown;
    return { value, duplicates: [], problem: undefined };
  } catch (error) {
    const why = error instanceof YAMLParseError ? error.message : 'the text is nested too deeply, or expands too far';
    return { value: undefined, duplicates: [], problem: `yaml: ${why}` };
  }
}

const openingBrace = 0x7b;

/** The start of a body, as apiserver shows what it could not read. */
function summary(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const shown = Buffer.from(body.subarray(0, 30)).toString(body[0] === openingBrace ? 'utf8' : 'hex');
  return body.length > 30 ? `${shown} ...` : shown;
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}

/** Tells whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
