/** The connection to NATS: had within a bounded time or not at all, kept for ever, and everything of it told in words. */

import { connect, errors, type NatsConnection, type Status } from 'nats';
import { type Credentials, type NatsOptions, readCredentials } from './credentials.ts';
import { NatsProblem, problemOf } from './problem.ts';

export type { NatsOptions } from './credentials.ts';

/** Something that happened to a connection. */
export interface NatsEvent {
  readonly what:
    | 'waiting'
    | 'connected'
    | 'disconnected'
    | 'reconnected'
    | 'not permitted'
    | 'lame duck'
    | 'stale'
    | 'error'
    | 'closed';
  /** A sentence for people. */
  readonly text: string;
  /** The server, where one is meant. */
  readonly server?: string;
  /** ms for which this process had stood still, or was too busy to read, shortly before a connection was lost. */
  readonly stoodStillMs?: number;
  /** What was not permitted. */
  readonly denied?: { readonly operation: 'publish' | 'subscription'; readonly subject: string };
}

/** How a connection is made and kept. */
export interface ConnectOptions extends NatsOptions {
  /** What the answers to this connection's questions are sent to begins with it, so that permissions can tell hosts apart. */
  inboxPrefix?: string;
  /** What it publishes does not come back to its own subscriptions. */
  noEcho?: boolean;
  /** ms until the first connection is given up; 30,000 unless told. */
  patienceMs?: number;
  /** Told what happens, from the first attempt on. */
  onEvent?: (event: NatsEvent) => void;
  /** Gives the first connection up. */
  signal?: AbortSignal;
}

const defaultPatienceMs = 30_000;
/** ms between two attempts, and for one. */
const retryMs = 500;
const attemptMs = 5_000;
/** ms between two questions whether the server still lives; after the third without answer the connection is dead. */
const pingMs = 3_000;

/** ms between two looks whether this process runs; a longer gap than so many ms tells that it stood still. */
const beatMs = 500;
const stillMs = 1_500;
/** ms after which that explains no loss of a connection any more. */
const staleMs = 15_000;

/** A connection that comes back by itself. */
export class NatsLink {
  readonly nats: NatsConnection;
  readonly #beat: NodeJS.Timeout;
  #beatAt = performance.now();
  /** When this process last stood still, and for how many ms. */
  #still = { at: Number.NEGATIVE_INFINITY, ms: 0 };
  readonly #listeners = new Set<(event: NatsEvent) => void>();
  #isConnected = true;
  #reconnects = 0;

  constructor(nats: NatsConnection) {
    this.nats = nats;
    this.#beat = setInterval(() => this.#lookAtClock(), beatMs);
    this.#beat.unref();
    void this.#watch();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** How often it has come back. */
  get reconnects(): number {
    return this.#reconnects;
  }

  /** Bytes that the server takes in one message. */
  get maxPayload(): number {
    return this.nats.info?.max_payload ?? 1 << 20;
  }

  /** Has somebody told what happens from now on; gives what ends it. */
  listen(hear: (event: NatsEvent) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /** Sends what is waiting, and ends the connection. */
  async close(): Promise<void> {
    if (this.nats.isClosed()) return;
    // It also lets the library hear of a socket that has just broken: closing one at that moment would end the process.
    if (this.#isConnected) await Promise.race([this.nats.flush().catch(() => {}), rest(retryMs)]);
    await this.nats.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect' || status.type === 'close') this.#isConnected = false;
      if (status.type === 'reconnect') {
        this.#isConnected = true;
        this.#reconnects++;
      }
      const event = eventOf(status);
      if (event === undefined) continue;
      const told = event.what === 'disconnected' ? this.#explain(event) : event;
      for (const hear of this.#listeners) hear(told);
    }
    clearInterval(this.#beat);
  }

  #lookAtClock(): void {
    const now = performance.now();
    const gapMs = now - this.#beatAt;
    if (gapMs > stillMs) this.#still = { at: now, ms: gapMs };
    this.#beatAt = now;
  }

  /** A server closes the connection of who does not read (a slow consumer) without a word; this side can tell that it did not. */
  #explain(event: NatsEvent): NatsEvent {
    this.#lookAtClock();
    const { at, ms } = this.#still;
    if (performance.now() - at > staleMs) return event;
    const why = `this process had not read for ${(ms / 1000).toFixed(1)} s, and what came meanwhile may be lost`;
    return { ...event, text: `${event.text}; ${why}`, stoodStillMs: Math.round(ms) };
  }
}

/**
 * Connects, trying again while there is no server, until `patienceMs` are over or the signal comes.
 *
 * @throws NatsProblem saying what is wrong and what to do; at once where trying again cannot help
 */
export async function connectNats(options: ConnectOptions): Promise<NatsLink> {
  const { onEvent = () => {}, signal, patienceMs = defaultPatienceMs } = options;
  const credentials = readCredentials(options);
  const until = performance.now() + patienceMs;
  let said = '';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const link = new NatsLink(await attempt(credentials, options));
      link.listen(onEvent);
      const server = link.nats.getServer();
      onEvent({ what: 'connected', text: `connected to NATS at ${server}`, server });
      return link;
    } catch (error) {
      const problem = problemOf(error, credentials.shown);
      if (!problem.mayPass) throw problem;
      if (performance.now() + retryMs > until) throw givenUp(problem, patienceMs);
      if (said !== problem.message) onEvent({ what: 'waiting', text: `${problem.message}; trying again` });
      said = problem.message;
      await rest(retryMs, signal);
    }
  }
}

function attempt({ servers, authenticator, tls }: Credentials, options: ConnectOptions): Promise<NatsConnection> {
  return connect({
    servers,
    name: options.name,
    noEcho: options.noEcho ?? false,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    ignoreAuthErrorAbort: true,
    timeout: attemptMs,
    pingInterval: pingMs,
    ...(options.inboxPrefix !== undefined && { inboxPrefix: options.inboxPrefix }),
    ...(authenticator !== undefined && { authenticator }),
    ...(tls !== undefined && { tls }),
  });
}

function givenUp(problem: NatsProblem, patienceMs: number): NatsProblem {
  return new NatsProblem(
    problem.kind,
    `${problem.message.slice(0, -problem.fix.length - 2)}, for ${patienceMs / 1000} s`,
    problem.fix,
    { cause: problem.cause },
  );
}

function eventOf(status: Status): NatsEvent | undefined {
  switch (status.type) {
    case 'disconnect':
      return { what: 'disconnected', text: `lost the connection to NATS at ${status.server}`, server: status.server };
    case 'reconnect':
      return { what: 'reconnected', text: `connected again to NATS at ${status.server}`, server: status.server };
    case 'ldm':
      return { what: 'lame duck', text: `the NATS server at ${status.server} is about to end`, server: status.server };
    case 'staleConnection':
      return { what: 'stale', text: 'the NATS server does not answer any more: connecting anew' };
    case 'close':
      return { what: 'closed', text: 'the connection to NATS is closed' };
    case 'error':
      return errorEvent(status.error);
    default:
      return undefined;
  }
}

function errorEvent(error: Error): NatsEvent {
  if (!(error instanceof errors.PermissionViolationError)) {
    return { what: 'error', text: `the NATS server says: ${error.message}` };
  }
  const { operation, subject } = error;
  const text =
    operation === 'publish'
      ? `the NATS server does not let this host send to ${subject}: give its user the permission to publish there`
      : `the NATS server does not let this host hear ${subject}: give its user the permission to subscribe it`;
  return { what: 'not permitted', text, denied: { operation, subject } };
}

/** Waits. @throws the signal's reason when it comes */
function rest(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => end(() => reject(signal?.reason));
    const timeout = setTimeout(() => end(resolve), ms);
    signal?.addEventListener('abort', abort);
  });
}
