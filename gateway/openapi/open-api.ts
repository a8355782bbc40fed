/** The OpenAPI documents of one set of kinds, in both versions, as JSON and as protobuf. */

import { DocumentBytes } from '../discovery/document-bytes.ts';
import type { ServedGroup } from '../discovery/group-priority.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { readRanges } from '../negotiation.ts';
import type { FieldDocs } from './field-docs.ts';
import type { OpenApiVersion } from './json-schema.ts';
import { encodeV2 } from './protobuf/v2-message.ts';
import { encodeV3 } from './protobuf/v3-message.ts';
import type { DocumentV2 } from './v2.ts';
import { openApiV2 } from './v2.ts';
import type { DocumentV3 } from './v3.ts';
import { openApiV3 } from './v3.ts';

/** ms of a year: how long what is asked for by its hash may be kept. */
const yearMs = 365 * 24 * 3600 * 1000;

/** Answers `/openapi/...`; each document is made when it is first asked for. */
export class OpenApi {
  readonly #v2: () => DocumentV2;
  readonly #v3: ReadonlyMap<string, () => DocumentV3>;
  readonly #json = new Map<string, DocumentBytes>();
  readonly #protobuf = new Map<string, DocumentBytes>();
  #index: DocumentBytes | undefined;

  /** `version` is that of the server: `v1.30.0`. */
  constructor(groups: readonly ServedGroup[], version: string, docs: FieldDocs) {
    this.#v2 = () => openApiV2(groups, version, docs);
    this.#v3 = openApiV3(groups, version, docs);
  }

  /** Answers a path (without its last slash); undefined where there is nothing. */
  answer(path: string, query: URLSearchParams, request: HttpRequest): HttpResponse | undefined {
    if (path === '/openapi/v2') return this.#answerV2(request);
    if (path === '/openapi/v3') return this.#indexV3().answer(request);
    const place = path.startsWith('/openapi/v3/') ? path.slice('/openapi/v3/'.length) : '';
    return this.#v3.has(place) ? this.#answerV3(place, query, request) : undefined;
  }

  #answerV2(request: HttpRequest): HttpResponse {
    const form = formOf(request.headers.accept, 'v2');
    if (form === undefined) return notAcceptable;
    return (form === 'json' ? this.#jsonOf('') : this.#protobufOf('')).answer(request);
  }

  #answerV3(place: string, query: URLSearchParams, request: HttpRequest): HttpResponse {
    const form = formOf(request.headers.accept, 'v3');
    if (form === undefined) return notAcceptable;
    const { etag } = this.#jsonOf(place);
    const hash = query.get('hash') ?? '';
    if (hash !== '' && hash !== etag) {
      return { status: 301, headers: { location: urlOf(place, etag), vary: 'Accept' }, body: '' };
    }
    const lasting =
      hash === '' ? {} : { 'cache-control': 'public, immutable', expires: new Date(Date.now() + yearMs).toUTCString() };
    return (form === 'json' ? this.#jsonOf(place) : this.#protobufOf(place)).answer(request, lasting);
  }

  /** Tells where each document is; its hash lets clients keep it for as long as nothing has changed. */
  #indexV3(): DocumentBytes {
    this.#index ??= new DocumentBytes(
      'application/json',
      JSON.stringify({
        paths: Object.fromEntries(
          [...this.#v3.keys()].map((place) => [place, { serverRelativeURL: urlOf(place, this.#jsonOf(place).etag) }]),
        ),
      }),
    );
    return this.#index;
  }

  /** Gives a document of version 3, or with no place that of version 2. */
  #jsonOf(place: string, document?: DocumentV2 | DocumentV3): DocumentBytes {
    const known = this.#json.get(place);
    if (known !== undefined) return known;
    const made = new DocumentBytes('application/json', JSON.stringify(document ?? this.#make(place)));
    this.#json.set(place, made);
    return made;
  }

  #protobufOf(place: string): DocumentBytes {
    const known = this.#protobuf.get(place);
    if (known !== undefined) return known;
    const version = place === '' ? 'v2' : 'v3';
    const document = this.#make(place);
    const bytes = 'swagger' in document ? encodeV2(document) : encodeV3(document);
    // One tag for both forms, since `Vary` parts them.
    const made = new DocumentBytes(protobufType(version), bytes, this.#jsonOf(place, document).etag);
    this.#protobuf.set(place, made);
    return made;
  }

  #make(place: string): DocumentV2 | DocumentV3 {
    return this.#v3.get(place)?.() ?? this.#v2();
  }
}

const notAcceptable: HttpResponse = { status: 406, headers: { vary: 'Accept' }, body: '' };

function urlOf(place: string, etag: string): string {
  return `/openapi/v3/${place}?hash=${etag}`;
}

/** The type as it is answered: a parser of media types would refuse the `@` that clients ask with. */
function protobufType(version: OpenApiVersion): string {
  return `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
}

function formOf(accept: string | undefined, version: OpenApiVersion): 'json' | 'protobuf' | undefined {
  const ranges = readRanges(accept === undefined || accept.trim() === '' ? '*/*' : accept);
  for (const { type } of ranges) {
    if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'json';
    if (type.replace('@', '.') === protobufType(version)) return 'protobuf';
  }
  return undefined;
}
