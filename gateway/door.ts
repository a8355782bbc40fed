/** The door of the cluster: an HTTP request in, its answer out, with no socket in sight. */

import type { Message } from '../protocol/message.ts';
import type {
  AccessCheck,
  Asker,
  Authorization,
  ObjectWatch,
  PathCheck,
  RequestRefused,
  RequestSucceeded,
  WatchOpened,
} from '../protocol/messages/api.ts';
import type { RequestExpired } from '../protocol/messages/host.ts';
import type { Status } from '../protocol/objects.ts';
import { apiVersionOf, groupResource, type ResourceKind } from '../protocol/resources.ts';
import { isConnection } from '../protocol/served-verbs.ts';
import { failure } from '../protocol/status.ts';
import { contentTypes, encode, encodeStatus, withWarnings } from './answers/encoding.ts';
import { type Form, includeObjectOption, inForm } from './answers/forms.ts';
import { eventsWritten } from './answers/written-events.ts';
import type { Auditor, AuditTrail } from './audit/auditor.ts';
import type { ClusterLink } from './cluster-link.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { isMediaType, isPretty, type MediaType, negotiate, negotiateStream, statusFormat } from './negotiation.ts';
import { timeoutOption } from './options.ts';
import { layoutOfKind } from './protobuf/layout.ts';
import { type Question, questionOf } from './questions.ts';
import { Refused } from './refused.ts';
import {
  isKnownMethod,
  type PathRequest,
  type RequestInfo,
  type ResourceRequest,
  requestInfo,
} from './request-attributes.ts';
import type { ServedKind, ServedKinds } from './served-kinds.ts';
import { watchAnswer } from './watching.ts';

/** Finds out who asks. @throws Refused 401, 403 */
export type Authenticate = (request: HttpRequest) => Asker | Promise<Asker>;
/** Answers a request about no resource; undefined where there is nothing at that path. */
export type Documents = (
  info: PathRequest,
  request: HttpRequest,
) => HttpResponse | undefined | Promise<HttpResponse | undefined>;
/** Answers a request that goes on to what stands behind an object. */
export type Connect = (
  info: ResourceRequest,
  kind: ResourceKind,
  asker: Asker,
  request: HttpRequest,
) => HttpResponse | Promise<HttpResponse>;

/** Completes the answer to a question with what only the gateway can know or make, such as a signed token. */
export type Finish = (question: Question, answer: RequestSucceeded['body']) => Promise<RequestSucceeded['body']>;

/** What a door is made of. */
export interface DoorParts {
  readonly link: ClusterLink;
  /** The address of the API servers. */
  readonly apiserver: string;
  readonly kinds: ServedKinds;
  readonly authenticate: Authenticate;
  readonly finish?: Finish;
  /** Writes down who asked what; nobody does unless told. */
  readonly audit?: Auditor;
  readonly documents: Documents;
  readonly connect: Connect;
  /** Told of each request that was answered, and how many seconds that took. */
  readonly answered?: (info: RequestInfo, request: HttpRequest, code: number, seconds: number) => void;
}

/** ms a request may take unless it says less (`--request-timeout`). */
const longestRequestMs = 60_000;

/** Answers requests; one of it stands for all API servers of a cluster. */
export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** Answers a request. Never fails: what goes wrong here is a Status too. */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const info = requestInfo(request.method, request.url);
    if (info === undefined) return encodeStatus(failure.badRequest(`invalid path: ${JSON.stringify(request.url)}`));
    const began = performance.now();
    const response = await this.#take(info, request);
    this.#parts.answered?.(info, request, response.status, (performance.now() - began) / 1000);
    return response;
  }

  async #take(info: RequestInfo, request: HttpRequest): Promise<HttpResponse> {
    let trail: AuditTrail | undefined;
    try {
      const asker = await this.#asker(info, request);
      trail = this.#parts.audit?.begin(request, info, asker);
      if (!isKnownMethod(request.method)) throw new Refused(failure.noSuchMethod());
      const visit = { asker, request, trail };
      const response = await (info.isResource ? this.#ofResource(info, visit) : this.#ofPath(info, visit));
      return trail?.leaving(response) ?? response;
    } catch (error) {
      const status = error instanceof Refused ? error.status : failure.internalError(String(error));
      trail?.answered(status);
      const answer = encodeStatus(status, statusFormat(request.headers.accept), isPretty(info.query, request));
      return trail?.leaving(answer) ?? answer;
    }
  }

  async #asker(info: RequestInfo, request: HttpRequest): Promise<Asker> {
    try {
      return await this.#parts.authenticate(request);
    } catch (error) {
      if (error instanceof Refused && error.status.code === 401) {
        this.#parts.audit?.unauthenticated(request, info, error.status);
      }
      throw error;
    }
  }

  async #ofPath(info: PathRequest, { asker, request, trail }: Visit): Promise<HttpResponse> {
    const { link, apiserver, documents } = this.#parts;
    const body = { ...asker, verb: info.verb, path: info.path };
    const verdict = await link.ask<PathCheck>(apiserver, 'path.check', body, { deadlineMs: longestRequestMs });
    trail?.decided(authorizationIn(verdict));
    if (verdict.type !== 'request.succeeded') throw new Refused(refusalOf(verdict));
    return (await documents(info, request)) ?? notFound;
  }

  async #ofResource(info: ResourceRequest, visit: Visit): Promise<HttpResponse> {
    const { asker, request, trail } = visit;
    const kind = this.#parts.kinds.find(info.group, info.version, info.resource);
    // The API server decides also on what it does not answer itself.
    if (kind === undefined || kind.server !== undefined) await this.#mayAsk(info, visit);
    if (kind === undefined) throw new Refused(failure.noSuchResource());
    if (isConnection(groupResource(kind), info.subresource)) return this.#parts.connect(info, kind, asker, request);
    const media = mediaOf(info, kind, request);
    const question = questionOf(info, kind, asker, request);
    trail?.sent(sentBy(question));
    const form = formOf(info, kind, media);
    return info.verb === 'watch'
      ? this.#watch(question, form, media, visit)
      : this.#answer(question, form, media, info, visit);
  }

  /** @throws Refused 403 */
  async #mayAsk(info: ResourceRequest, { asker, trail }: Visit): Promise<void> {
    const { link, apiserver } = this.#parts;
    const { verb, namespace, name, subresource } = info;
    const body = { ...asker, verb, resource: groupResource(info), namespace, name, subresource };
    const verdict = await link.ask<AccessCheck>(apiserver, 'access.check', body, { deadlineMs: longestRequestMs });
    trail?.decided(authorizationIn(verdict));
    if (verdict.type !== 'request.succeeded') throw new Refused(refusalOf(verdict));
  }

  async #answer(
    question: Question,
    form: ServedForm,
    media: MediaType,
    info: ResourceRequest,
    { request, trail }: Visit,
  ): Promise<HttpResponse> {
    const { link, apiserver, finish } = this.#parts;
    const deadlineMs = Math.min(timeoutOption(info.query) ?? longestRequestMs, longestRequestMs);
    const to = form.kind.server ?? apiserver;
    const answer = await link.ask<Message>(to, question.type, question.body, { deadlineMs });
    trail?.decided(authorizationIn(answer));
    if (answer.type !== 'request.succeeded') throw new Refused(refusalOf(answer));
    const { body } = answer as RequestSucceeded;
    const { code, object, warnings } = (await finish?.(question, body)) ?? body;
    trail?.answered(object);
    const given = inForm(object, form, link.now());
    return withWarnings(encode(code, given, media.format, isPretty(info.query, request)), warnings);
  }

  async #watch(
    question: Question,
    form: Form,
    { format }: MediaType,
    { request, trail }: Visit,
  ): Promise<HttpResponse> {
    const { link, apiserver } = this.#parts;
    const reading = link.open<ObjectWatch>(apiserver, 'object.watch', question.body as ObjectWatch['body']);
    request.signal?.addEventListener('abort', () => reading.close(), { once: true });
    const write = eventsWritten(form, format, () => link.now());
    // As the real server, which names the stream in all formats but its usual one.
    const type = format === 'json' ? contentTypes.json : `${contentTypes[format]};stream=watch`;
    return watchAnswer(reading, write, type, (opened) =>
      trail?.decided((opened.body as WatchOpened['body'])?.authorization),
    );
  }
}

/** A request that was let in, who makes it, and what is written down of it. */
interface Visit {
  readonly asker: Asker;
  readonly request: HttpRequest;
  readonly trail: AuditTrail | undefined;
}

/** A form of answers about a kind that somebody serves. */
type ServedForm = Form & { readonly kind: ServedKind };

function authorizationIn({ body }: Message): Authorization | undefined {
  return (body as { authorization?: Authorization } | undefined)?.authorization;
}

/** Gives what a request carries, for those who write it down. */
function sentBy({ body }: Question): unknown {
  const { object, patch, options } = body as { object?: unknown; patch?: unknown; options?: unknown };
  return object ?? patch ?? options;
}

/** Says how the answer is to be written. @throws Refused 406 */
function mediaOf({ verb }: ResourceRequest, kind: ServedKind, { headers }: HttpRequest): MediaType {
  const choose = verb === 'watch' ? negotiateStream : negotiate;
  const media = choose(headers.accept, layoutOfKind(apiVersionOf(kind), kind.kind) !== undefined);
  if (!isMediaType(media)) throw new Refused(media);
  return media;
}

/** Says in what form the answer is to be given. @throws Refused 400 */
function formOf({ query }: ResourceRequest, kind: ServedKind, { as, asVersion }: MediaType): ServedForm {
  const includeObject = as === 'Table' ? includeObjectOption(query) : 'Metadata';
  return { as, asVersion, includeObject, kind, ...(kind.columns && { columns: kind.columns }) };
}

/** A path that leads nowhere is answered as Go's own server does. */
const notFound: HttpResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: '404 page not found\n',
};

/** Gives the Status of an answer that is none of success: nobody answered in time, or it was refused. */
export function refusalOf(answer: Message | RequestExpired): Status {
  if (answer.type === 'request.refused') return (answer as RequestRefused).body.status;
  if (answer.type === 'request.expired' && (answer as RequestExpired).body.reason === 'refused') {
    return failure.serviceUnavailable('no API server is there to take the request');
  }
  return failure.timeout('request did not complete within the requested timeout - context deadline exceeded');
}
