/** The answers that are no object: `Status`, with Kubernetes's own reasons, codes and messages. */

import type { FieldError } from './field-errors.ts';
import { causeReason, errorBody, formatFieldErrors, quoted } from './field-errors.ts';
import type { Status, StatusCause } from './objects.ts';

/** What a Status may add: `kind` is the resource for most reasons, the kind for `Invalid`. */
type Details = NonNullable<Status['details']>;

/** Tells of a success that has no object to show. */
export function success(details?: Details): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details && { details }) };
}

function refusal(code: number, reason: string, message: string, details?: Details): Status {
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason };
  return details === undefined ? { ...head, code } : { ...head, details, code };
}

/** The details that name one object; `resource` is a group-resource such as `leases.coordination.k8s.io`. */
function about(resource: string, name: string): Details {
  const dot = resource.indexOf('.');
  const group = dot < 0 ? {} : { group: resource.slice(dot + 1) };
  return { ...(name !== '' && { name }), ...group, kind: dot < 0 ? resource : resource.slice(0, dot) };
}

/**
 * Makes the Status of every refusal. A `resource` is a group-resource (`pods`, `leases.coordination.k8s.io`),
 * a `kind` a group-kind (`Pod`, `Lease.coordination.k8s.io`).
 */
export const failure = {
  /** 404 */
  notFound: (resource: string, name: string) =>
    refusal(404, 'NotFound', `${resource} ${quoted(name)} not found`, about(resource, name)),
  /** 404 for a path that leads to no resource at all. */
  noSuchResource: () => refusal(404, 'NotFound', 'the server could not find the requested resource', {}),
  /** 406 */
  notAcceptable: (message: string) => refusal(406, 'NotAcceptable', message),
  /** 409 */
  alreadyExists: (resource: string, name: string) =>
    refusal(409, 'AlreadyExists', `${resource} ${quoted(name)} already exists`, about(resource, name)),
  /** 409 where no free name was found for a `generateName`. */
  generateNameConflict: (resource: string, name: string, retryAfterSeconds: number) =>
    refusal(
      409,
      'AlreadyExists',
      `${resource} ${quoted(name)} already exists, the server was not able to generate a unique name for the object`,
      { ...about(resource, name), retryAfterSeconds },
    ),
  /** 409: the object is not as the writer thought. `staleVersion` is the usual message. */
  conflict: (resource: string, name: string, message: string) =>
    refusal(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resource} ${quoted(name)}: ${message}`,
      about(resource, name),
    ),
  /** 422 */
  invalid: (kind: string, name: string, errors: readonly FieldError[]) => {
    const causes = errors.map(causeOf);
    const wrong = errors.length === 0 ? '' : `: ${formatFieldErrors(errors)}`;
    return refusal(422, 'Invalid', `${kind} ${quoted(name)} is invalid${wrong}`, { ...about(kind, name), causes });
  },
  /** 400 */
  badRequest: (message: string) => refusal(400, 'BadRequest', message),
  /** 401 */
  unauthorized: (message = 'Unauthorized') => refusal(401, 'Unauthorized', message),
  /** 403; an empty name refuses the whole collection. */
  forbidden: (resource: string, name: string, message: string) => {
    const whom = name === '' ? resource : `${resource} ${quoted(name)}`;
    return refusal(403, 'Forbidden', `${whom} is forbidden: ${message}`, about(resource, name));
  },
  /** 405 */
  methodNotAllowed: (resource: string, action: string) =>
    refusal(
      405,
      'MethodNotAllowed',
      `${action} is not supported on resources of kind ${quoted(resource)}`,
      about(resource, ''),
    ),
  /** 405 for a method that no handler of a path takes. */
  noSuchMethod: () =>
    refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  /** 410: a resourceVersion or a continue token from before what the server still knows. */
  expired: (message: string) => refusal(410, 'Expired', message),
  /** 413 */
  requestEntityTooLarge: (message: string) =>
    refusal(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`),
  /** 415 */
  unsupportedMediaType: (message: string) => refusal(415, 'UnsupportedMediaType', message),
  /** 429 */
  tooManyRequests: (retryAfterSeconds: number, message = 'Too many requests, please try again later.') =>
    refusal(429, 'TooManyRequests', message, { retryAfterSeconds }),
  /** 500 */
  internalError: (message: string) =>
    refusal(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }),
  /** 500: it may work at the next try. */
  serverTimeout: (resource: string, operation: string, retryAfterSeconds = 0) =>
    refusal(
      500,
      'ServerTimeout',
      `The ${operation} operation against ${resource} could not be completed at this time, please try again.`,
      { ...about(resource, operation), ...(retryAfterSeconds > 0 && { retryAfterSeconds }) },
    ),
  /** 503 */
  serviceUnavailable: (message: string) => refusal(503, 'ServiceUnavailable', message),
  /** 504: it may have been done, or not. */
  timeout: (message: string, retryAfterSeconds = 0) =>
    refusal(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
};

/** What a writer with an old resourceVersion is told. */
export const staleVersion =
  'the object has been modified; please apply your changes to the latest version and try again';

function causeOf(error: FieldError): StatusCause {
  return { reason: causeReason(error), message: errorBody(error), field: error.field };
}
