/** The door of the cluster: an HTTP request in, its answer out, with no socket in sight. */

import type { Message } from '../protocol/message.ts';
import type {
  Asker,
  ObjectChanged,
  ObjectWatch,
  PathCheck,
  RequestRefused,
  RequestSucceeded,
} from '../protocol/messages/api.ts';
import type { RequestExpired } from '../protocol/messages/host.ts';
import type { Status } from '../protocol/objects.ts';
import type { ResourceKind } from '../protocol/resources.ts';
import { failure } from '../protocol/status.ts';
import { encode, encodeStatus, sharedJson, withWarnings } from './answers/encoding.ts';
import { eventsInForm, type Form, type FormedEvent, includeObjectOption, inForm } from './answers/forms.ts';
import type { ClusterLink } from './cluster-link.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { isMediaType, isPretty, type MediaType, negotiate } from './negotiation.ts';
import { timeoutOption } from './options.ts';
import { type Question, questionOf } from './questions.ts';
import { Refused } from './refused.ts';
import {
  isKnownMethod,
  type PathRequest,
  type RequestInfo,
  type ResourceRequest,
  requestInfo,
} from './request-info.ts';
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
  readonly documents: Documents;
  readonly connect: Connect;
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
    try {
      const info = requestInfo(request.method, request.url);
      if (info === undefined) throw new Refused(failure.badRequest(`invalid path: ${JSON.stringify(request.url)}`));
      const asker = await this.#parts.authenticate(request);
      if (!isKnownMethod(request.method)) throw new Refused(failure.noSuchMethod());
      return await (info.isResource ? this.#ofResource(info, asker, request) : this.#ofPath(info, asker, request));
    } catch (error) {
      return encodeStatus(error instanceof Refused ? error.status : failure.internalError(String(error)));
    }
  }

  async #ofPath(info: PathRequest, asker: Asker, request: HttpRequest): Promise<HttpResponse> {
    const { link, apiserver, documents } = this.#parts;
    const body = { ...asker, verb: info.verb, path: info.path };
    const verdict = await link.ask<PathCheck>(apiserver, 'path.check', body, { deadlineMs: longestRequestMs });
    if (verdict.type !== 'request.succeeded') throw new Refused(refusalOf(verdict));
    return (await documents(info, request)) ?? notFound;
  }

  async #ofResource(info: ResourceRequest, asker: Asker, request: HttpRequest): Promise<HttpResponse> {
    const kind = this.#parts.kinds.find(info.group, info.version, info.resource);
    if (kind === undefined) throw new Refused(failure.noSuchResource());
    if (isConnection(info)) return this.#parts.connect(info, kind, asker, request);
    const media = negotiate(request.headers.accept);
    if (!isMediaType(media)) throw new Refused(media);
    const question = questionOf(info, kind, asker, request);
    const form = formOf(info, kind, media);
    if (info.verb === 'watch') return this.#watch(question, media, form, request);
    return this.#answer(question, info, kind, form, media, request);
  }

  async #answer(
    question: Question,
    info: ResourceRequest,
    kind: ServedKind,
    form: Form,
    media: MediaType,
    request: HttpRequest,
  ): Promise<HttpResponse> {
    const { link, apiserver, finish } = this.#parts;
    const deadlineMs = Math.min(timeoutOption(info.query) ?? longestRequestMs, longestRequestMs);
    const answer = await link.ask<Message>(kind.server ?? apiserver, question.type, question.body, { deadlineMs });
    if (answer.type !== 'request.succeeded') throw new Refused(refusalOf(answer));
    const { body } = answer as RequestSucceeded;
    const { code, object, warnings } = (await finish?.(question, body)) ?? body;
    const given = inForm(object, form, link.now());
    return withWarnings(encode(code, given, media.format, isPretty(info.query, request)), warnings);
  }

  async #watch(question: Question, media: MediaType, form: Form, request: HttpRequest): Promise<HttpResponse> {
    const { link, apiserver } = this.#parts;
    const reading = link.open<ObjectWatch>(apiserver, 'object.watch', question.body as ObjectWatch['body']);
    request.signal?.addEventListener('abort', () => reading.close(), { once: true });
    const give = eventsInForm(form);
    const write = (event: ObjectChanged['body']) => eventLine(give(event, link.now()));
    // As the real server, which names the stream in all formats but its usual one.
    return watchAnswer(reading, write, media.format === 'json' ? 'application/json' : 'application/yaml;stream=watch');
  }
}

/** Says in what form the answer is to be given. @throws Refused 400 */
function formOf({ query }: ResourceRequest, kind: ServedKind, { as, asVersion }: MediaType): Form {
  const includeObject = as === 'Table' ? includeObjectOption(query) : 'Metadata';
  return { as, asVersion, includeObject, kind, ...(kind.columns && { columns: kind.columns }) };
}

function eventLine({ type, object }: FormedEvent): string {
  return `{"type":"${type}","object":${sharedJson(object)}}\n`;
}

/** A path that leads nowhere is answered as Go's own server does. */
const notFound: HttpResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: '404 page not found\n',
};

const connections: Readonly<Record<string, readonly string[]>> = {
  pods: ['log', 'exec', 'attach', 'portforward', 'proxy'],
  services: ['proxy'],
  nodes: ['proxy'],
};

/** Tells whether a request is to be carried on to a kubelet or an address. */
export function isConnection({ group, resource, subresource }: RequestInfo & { isResource: true }): boolean {
  return group === '' && (connections[resource]?.includes(subresource) ?? false);
}

/** Gives the Status of an answer that is none of success: nobody answered in time, or it was refused. */
export function refusalOf(answer: Message | RequestExpired): Status {
  if (answer.type === 'request.refused') return (answer as RequestRefused).body.status;
  if (answer.type === 'request.expired' && (answer as RequestExpired).body.reason === 'refused') {
    return failure.serviceUnavailable('no API server is there to take the request');
  }
  return failure.timeout('request did not complete within the requested timeout - context deadline exceeded');
}
