/** An HTTP request and its answer, apart from any socket: what every part of the gateway takes and gives. */

/** Who a verified client certificate is for. */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** A request, read whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as they were sent: `/api/v1/pods?limit=5`. */
  readonly url: string;
  /** Names in lower case; several values of one name are joined by `, ` unless HTTP says otherwise. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Absent where the client showed none, or none that its authority had signed. */
  readonly certificate?: ClientCertificate | undefined;
  readonly remoteAddress?: string | undefined;
  /** Aborted when the asker has gone. */
  readonly signal?: AbortSignal;
}

/** An answer. A body that comes bit by bit is written as it comes, and its iterator is told (`return`) when the asker goes. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}
