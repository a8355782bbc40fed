/** The options of a request: its query, read as Kubernetes converts it. */

import { invalid, notSupported, tooLong } from '../protocol/field-errors.ts';
import type { DeleteOptions, ObjectList, WriteOptions } from '../protocol/messages/api.ts';
import { failure } from '../protocol/status.ts';
import { Refused } from './refused.ts';
import { isTrue } from './request-attributes.ts';

/** Reads a whole number. @throws Refused for anything else */
export function integerOption(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER) return Number(text);
  const problem = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  throw new Refused(failure.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${problem}`));
}

/** What a list or a watch is of, in the words of a message; only what was given is in it. */
export type ListOptions = Pick<
  ObjectList['body'],
  'labelSelector' | 'fieldSelector' | 'limit' | 'continue' | 'resourceVersion' | 'resourceVersionMatch'
>;

const matches: readonly string[] = ['Exact', 'NotOlderThan'];

/** Reads the options of a list. @throws Refused */
export function listOptions(query: URLSearchParams): ListOptions {
  const options: ListOptions = {};
  for (const name of ['labelSelector', 'fieldSelector', 'continue', 'resourceVersion'] as const) {
    const value = query.get(name);
    if (value) options[name] = value;
  }
  const limit = integerOption(query, 'limit');
  if (limit !== undefined && limit > 0) options.limit = limit;
  const match = query.get('resourceVersionMatch');
  if (match) {
    if (!matches.includes(match)) refuseOption('ListOptions', 'resourceVersionMatch', match, matches);
    options.resourceVersionMatch = match as 'Exact';
  }
  return options;
}

/** Reads the options that only a watch has. @throws Refused */
export function watchOptions(query: URLSearchParams) {
  const timeoutSeconds = integerOption(query, 'timeoutSeconds');
  const sendInitialEvents = query.get('sendInitialEvents');
  return {
    ...(isTrue(query.get('allowWatchBookmarks')) && { allowWatchBookmarks: true }),
    ...(sendInitialEvents !== null && { sendInitialEvents: isTrue(sendInitialEvents) }),
    ...(timeoutSeconds !== undefined && timeoutSeconds > 0 && { timeoutSeconds }),
  };
}

const validations = ['Ignore', 'Strict', 'Warn'];
/** As `ValidateFieldManager` bounds it. */
const longestManager = 128;

/** Reads the options of a write; who manages the fields is the client's program unless told. @throws Refused */
export function writeOptions(query: URLSearchParams, userAgent: string | undefined, kind: string): WriteOptions {
  const validation = query.get('fieldValidation') || 'Warn';
  if (!validations.includes(validation)) refuseOption(kind, 'fieldValidation', validation, validations);
  return {
    fieldManager: fieldManager(query, userAgent, kind),
    fieldValidation: validation as 'Strict',
    ...(isDryRun(query.getAll('dryRun'), kind) && { dryRun: true }),
  };
}

function fieldManager(query: URLSearchParams, userAgent: string | undefined, kind: string): string {
  const named = query.get('fieldManager');
  if (named) {
    if (named.length > longestManager) {
      const problem = tooLong('fieldManager', longestManager);
      throw new Refused(failure.invalid(`${kind}.meta.k8s.io`, '', [problem]));
    }
    return named;
  }
  // As `prefixFromUserAgent`: up to the first slash, without what cannot be printed.
  const [program = ''] = (userAgent ?? '').split('/');
  return program.replaceAll(/\p{C}/gu, '').slice(0, longestManager) || 'unknown';
}

/** Reads `dryRun`. @throws Refused for any word but `All` */
function isDryRun(values: readonly unknown[], kind: string): boolean {
  for (const value of values) if (value !== 'All') refuseOption(kind, 'dryRun', String(value), ['All']);
  return values.length > 0;
}

function refuseOption(kind: string, field: string, value: string, allowed: readonly string[]): never {
  throw new Refused(failure.invalid(`${kind}.meta.k8s.io`, '', [notSupported(field, value, allowed)]));
}

const policies = ['Orphan', 'Background', 'Foreground'];

/** Reads how to delete: of the body where there is one, else of the query. @throws Refused */
export function deleteOptions(
  body: Readonly<Record<string, unknown>> | undefined,
  query: URLSearchParams,
): DeleteOptions {
  const given = body ?? fromQuery(query);
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = given;
  const options: DeleteOptions = {};
  if (typeof gracePeriodSeconds === 'number') options.gracePeriodSeconds = gracePeriodSeconds;
  if (propagationPolicy !== undefined && orphanDependents !== undefined) refuseBoth();
  if (orphanDependents === true) options.propagationPolicy = 'Orphan';
  if (orphanDependents === false) options.propagationPolicy = 'Background';
  if (typeof propagationPolicy === 'string') {
    if (!policies.includes(propagationPolicy)) {
      refuseOption('DeleteOptions', 'propagationPolicy', propagationPolicy, [...policies, 'nil']);
    }
    options.propagationPolicy = propagationPolicy as 'Orphan';
  }
  if (typeof preconditions === 'object' && preconditions !== null) options.preconditions = preconditions;
  if (isDryRun(Array.isArray(dryRun) ? dryRun : [], 'DeleteOptions')) options.dryRun = true;
  return options;
}

function refuseBoth(): never {
  const problem = 'orphanDependents and deletionPropagation cannot be both set';
  throw new Refused(
    failure.invalid('DeleteOptions.meta.k8s.io', '', [invalid('propagationPolicy', 'propagationPolicy', problem)]),
  );
}

function fromQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const grace = integerOption(query, 'gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(policy && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  };
}

/** Reads `timeout`, a duration in Go's words, as ms; undefined where there is none. @throws Refused */
export function timeoutOption(query: URLSearchParams): number | undefined {
  const text = query.get('timeout');
  if (!text) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new Refused(
      failure.badRequest(
        `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(text)}`,
      ),
    );
  }
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}
