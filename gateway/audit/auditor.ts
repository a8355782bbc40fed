/** Follows requests from the door to their answer, and has lines written of them as a policy says. */

import { randomUUID } from 'node:crypto';
import type { Asker, Authorization } from '../../protocol/messages/api.ts';
import type { Status } from '../../protocol/objects.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import type { RequestInfo } from '../request-attributes.ts';
import { type AuditRecord, auditLine } from './event.ts';
import { type AuditPolicy, type AuditStage, decisionOf } from './policy.ts';

/** Takes lines, without their ends. */
export type AuditSink = (line: string) => void;

/** What following takes. */
export interface AuditorParts {
  readonly policy: AuditPolicy;
  readonly sink: AuditSink;
  /** The cluster's clock, in ms. */
  readonly now: () => number;
  /** Makes the id of a request that brings none; a random UUID unless told. */
  readonly makeId?: () => string;
}

/** Requests whose answers have no end of their own (`BasicLongRunningRequestCheck`). */
const lasting: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Writes the audit log of a door. */
export class Auditor {
  readonly #parts: AuditorParts;

  constructor(parts: AuditorParts) {
    this.#parts = parts;
  }

  /** Begins to follow a request of somebody who is known. */
  begin(request: HttpRequest, info: RequestInfo, asker: Asker): AuditTrail {
    const trail = this.#follow(request, info, asker);
    trail.tell('RequestReceived');
    return trail;
  }

  /** Tells of a request of somebody who is not known (`WithFailedAuthenticationAudit`). */
  unauthenticated(request: HttpRequest, info: RequestInfo, status: Status): void {
    const trail = this.#follow(request, info, undefined);
    trail.record.code = status.code ?? 401;
    trail.record.status = { message: attempted(request) };
    trail.tell('ResponseStarted');
  }

  #follow(request: HttpRequest, info: RequestInfo, asker: Asker | undefined): AuditTrail {
    const { policy, now } = this.#parts;
    const audited = {
      user: asker?.user,
      verb: info.verb,
      path: info.path,
      ...(info.isResource && { resource: placeOf(info) }),
    };
    const record: AuditRecord = {
      auditId: request.headers['audit-id'] || (this.#parts.makeId ?? randomUUID)(),
      requestUri: request.url,
      request: audited,
      asker,
      sourceIps: sourceIpsOf(request),
      userAgent: request.headers['user-agent'] ?? '',
      receivedMs: now(),
      decision: decisionOf(policy, audited),
      authorization: undefined,
      requestObject: undefined,
      responseObject: undefined,
      code: 0,
      status: undefined,
    };
    return new AuditTrail(record, this.#parts, isLasting(info));
  }
}

/** One request on its way. */
export class AuditTrail {
  readonly record: AuditRecord;
  readonly #parts: AuditorParts;
  readonly #isLasting: boolean;

  constructor(record: AuditRecord, parts: AuditorParts, isLastingRequest: boolean) {
    this.record = record;
    this.#parts = parts;
    this.#isLasting = isLastingRequest;
  }

  /** Notes what was sent. */
  sent(object: unknown): void {
    this.record.requestObject = object;
  }

  /** Notes how it was decided that the user may, or may not. */
  decided(authorization: Authorization | undefined): void {
    this.record.authorization = authorization ?? this.record.authorization;
  }

  /** Notes what is answered: an object, a list, or a Status. */
  answered(object: unknown): void {
    this.record.responseObject = object;
    if ((object as Partial<Status> | undefined)?.kind !== 'Status') return;
    const { status, message, reason, details } = object as Status;
    this.record.status = {
      ...(status && { status }),
      ...(message && { message }),
      ...(reason && { reason }),
      ...(details && { details }),
    };
  }

  /** Takes the answer on its way out; gives it with the id of the request, and tells of its beginning and its end. */
  leaving(response: HttpResponse): HttpResponse {
    this.record.code = response.status;
    const headers = { ...response.headers, 'audit-id': this.record.auditId };
    const { body } = response;
    if (typeof body === 'string' || body instanceof Uint8Array) {
      this.tell('ResponseComplete');
      return { ...response, headers };
    }
    if (this.#isLasting) this.tell('ResponseStarted');
    return { ...response, headers, body: this.#followed(body) };
  }

  async *#followed(body: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
    try {
      yield* body;
    } finally {
      this.tell('ResponseComplete');
    }
  }

  /** Writes the line of a stage, where the policy wants it. */
  tell(stage: AuditStage): void {
    const line = auditLine(this.record, stage, this.#parts.now());
    if (line !== undefined) this.#parts.sink(line);
  }
}

function placeOf({ group, version, resource, subresource, namespace, name }: RequestInfo & { isResource: true }) {
  return { group, version, resource, subresource, namespace: resource === 'namespaces' ? name : namespace, name };
}

function isLasting(info: RequestInfo): boolean {
  return info.isResource && (info.verb === 'watch' || lasting.has(info.subresource));
}

/** As apimachinery's `SourceIPs`: whom proxies name, then who is connected; nobody twice in a row. */
function sourceIpsOf({ headers, remoteAddress }: HttpRequest): string[] {
  const forwarded = (headers['x-forwarded-for'] ?? '').split(',').map((ip) => ip.trim());
  const all = [...forwarded, (headers['x-real-ip'] ?? '').trim(), plain(remoteAddress ?? '')];
  return all.filter((ip, i) => ip !== '' && all.indexOf(ip) === i);
}

/** IPv4 inside IPv6 is IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function attempted({ headers, certificate }: HttpRequest): string {
  const scheme = (headers.authorization ?? '').split(' ')[0]?.toLowerCase() ?? '';
  const tried = [...(certificate === undefined ? [] : ['x509']), ...(scheme === '' ? [] : [scheme])];
  return tried.length === 0
    ? 'Authentication failed, no credentials provided'
    : `Authentication failed, attempted: ${tried.join(', ')}`;
}
