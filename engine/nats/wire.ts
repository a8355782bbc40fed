/**
 * The wire between hosts: takes an engine's envelopes to the actors of other hosts over NATS, and brings back theirs.
 *
 * An envelope goes to the NATS subject that is its `to`. Delivery is at most once: what is lost is counted and told,
 * and whoever waits for an answer asks again.
 */

import type { Msg } from 'nats';
import { Codec } from '../../protocol/codec.ts';
import type { Travelling } from '../../protocol/message.ts';
import { isAddress } from '../../protocol/subjects.ts';
import type { Uplink } from '../bus/uplink.ts';
import type { NatsEvent, NatsLink } from './connection.ts';
import { Departing } from './departing.ts';
import { FrameError, open, PIECE, PIECE_TO_ALL, readPiece, TO_ALL, WHERE } from './frame.ts';
import { Intake } from './intake.ts';
import { Joining } from './joining.ts';
import { type Loss, Losses, type LossReason } from './losses.ts';
import { Subscriptions } from './subscriptions.ts';
import { Turn } from './turn.ts';
import { defaultLimits, Window, type WindowLimits } from './window.ts';

/** What a wire is made of. */
export interface WireOptions {
  /** Made with `noEcho`: what a host sends does not come back to it. */
  link: NatsLink;
  /** Begins the subjects of this host's wire alone: the wires' own words go one token below it. */
  inbox: string;
  /** The subjects of this host's own addresses, such as `c.node.n1.>`; more by `own`. */
  own: Iterable<string>;
  isHere: Uplink['isHere'];
  machineOf: Uplink['machineOf'];
  /** Tells a subject that several hosts may listen to, such as a group, from an address; by its form unless told. */
  isShared?: (subject: string) => boolean;
  /** Nothing goes out or comes in unless it is open: this host's claim to its actors is sure. */
  fence: { isOpen(): boolean };
  /** Takes what other hosts sent; `Engine.arrive`. */
  arrive: (envelopes: readonly Travelling[]) => void;
  /** Takes back a question to a group that no host has a member of; `Engine.refuse`. */
  refuse: (envelope: Travelling) => void;
  /** Told when the engine should wait since more is sent than the server takes, and when no more. */
  onPressure?: (isHigh: boolean) => void;
  /** Told what was dropped: the first at once, then sums now and then. */
  onLoss?: (loss: Loss) => void;
  /** Tells whether the engine has more to do than it can; then what comes waits, up to a bound. */
  isBehind?: () => boolean;
  limits?: Partial<WireLimits>;
}

/** How much memory a wire may use. */
export interface WireLimits extends WindowLimits {
  /** Bytes of what has come and waits for the engine. */
  intakeBytes: number;
  /** Bytes of large frames of which pieces are missing. */
  joiningBytes: number;
}

/** Counts of a wire since it was made. */
export interface WireStatistics {
  sent: { frames: number; envelopes: number; bytes: number };
  received: { frames: number; envelopes: number; bytes: number };
  /** By reason. */
  dropped: Partial<Record<LossReason, number>>;
  reconnects: number;
  /** ms to the server and back, when it was last asked. */
  roundTripMs: number;
  /** Bytes that the server has not yet taken, as far as is known. */
  openBytes: number;
  /** Bytes that have come and wait for the engine. */
  waitingBytes: number;
}

/** Envelopes that are sent before the turn ends. */
const turnMax = 256;
/** ms between two looks at what waits, and at what is to be told. */
const lookMs = 1_000;

/** The uplink of a host on NATS. */
export class NatsWire implements Uplink {
  readonly isHere: Uplink['isHere'];
  readonly machineOf: Uplink['machineOf'];
  readonly #options: WireOptions;
  readonly #link: NatsLink;
  readonly #codec = new Codec();
  readonly #losses: Losses;
  readonly #turn: Turn;
  readonly #window: Window;
  readonly #departing: Departing;
  readonly #joining: Joining;
  readonly #intake: Intake;
  readonly #subscriptions: Subscriptions;
  /** What the subjects of answers to this wire begin with, and where the pieces of large questions to its groups come. */
  readonly #answers: string;
  readonly #pieces: string;
  readonly #timer: NodeJS.Timeout;
  readonly #unlisten: () => void;
  readonly #received = { frames: 0, envelopes: 0, bytes: 0 };
  #isFlushing = false;
  #isClosed = false;

  constructor(options: WireOptions) {
    const { link, inbox, onPressure = () => {}, onLoss = () => {}, isBehind = () => false, limits } = options;
    const isShared = options.isShared ?? ((subject: string) => !isAddress(subject));
    this.#options = options;
    this.#link = link;
    this.isHere = options.isHere;
    this.machineOf = options.machineOf;
    this.#losses = new Losses(onLoss);
    this.#turn = new Turn(isShared);
    this.#window = new Window(
      { ping: () => link.nats.flush(), onPressure, onTaken: (mark) => this.#departing.taken(mark) },
      { ...defaultLimits, ...limits },
    );
    this.#departing = new Departing({
      nats: link.nats,
      window: this.#window,
      losses: this.#losses,
      inbox,
      maxPayload: () => link.maxPayload,
      refuse: (envelope) => unlessBroken(() => options.refuse(envelope)),
      resend: (envelopes) => {
        for (const envelope of envelopes) this.send(envelope);
      },
    });
    this.#joining = new Joining(limits?.joiningBytes ?? 1 << 30);
    this.#intake = new Intake(
      { decode: (content) => this.#decode(content), arrive: (envelopes) => this.#arrive(envelopes), isBehind },
      this.#losses,
      limits?.intakeBytes ?? 128 << 20,
    );
    this.#subscriptions = new Subscriptions(link.nats, isShared, (message, isFirst) => this.#take(message, isFirst));
    this.#answers = `${inbox}.`;
    this.#pieces = `${inbox}.pieces`;
    for (const pattern of [...options.own, `${inbox}.*`]) this.own(pattern);
    this.#unlisten = link.listen((event) => this.#hear(event));
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  get statistics(): WireStatistics {
    return {
      sent: { ...this.#departing.departed },
      received: { ...this.#received },
      dropped: this.#losses.counts,
      reconnects: this.#link.reconnects,
      roundTripMs: this.#window.roundTripMs,
      openBytes: this.#window.openBytes,
      waitingBytes: this.#intake.bytes + this.#joining.bytes,
    };
  }

  /** Hears a subject or pattern of this host's own addresses. */
  own(pattern: string): void {
    this.#subscriptions.add(pattern, 'own');
  }

  /** Hears no more what is this host's own no more. */
  disown(pattern: string): void {
    this.#subscriptions.remove(pattern, 'own');
  }

  subscribe(subject: string, isQueue: boolean): void {
    this.#subscriptions.add(subject, isQueue ? 'queue' : 'plain');
  }

  unsubscribe(subject: string): void {
    this.#subscriptions.remove(subject, 'queue');
    this.#subscriptions.remove(subject, 'plain');
  }

  send(envelope: Travelling): void {
    if (this.#departing.holds(envelope)) return;
    this.#turn.add(envelope);
    if (this.#turn.count >= turnMax) this.flush();
    else if (!this.#isFlushing) {
      this.#isFlushing = true;
      queueMicrotask(() => this.flush());
    }
  }

  /** Sends at once what has been given; else it leaves when the running turn ends. */
  flush(): void {
    this.#isFlushing = false;
    const departures = this.#turn.take();
    if (departures.length === 0) return;
    const reason = this.#closedFor();
    if (reason !== undefined) {
      const count = departures.reduce((sum, { envelopes }) => sum + envelopes.length, 0);
      this.#losses.add(reason, count, `to ${departures[0]?.subject}`);
      return;
    }
    for (const departure of departures) this.#departing.send(departure);
  }

  /** Sends what is waiting, hears nothing more, and leaves the connection to its owner. */
  close(): void {
    if (this.#isClosed) return;
    this.flush();
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unlisten();
    if (!this.#link.nats.isClosed()) this.#subscriptions.close();
    this.#window.close();
    this.#intake.close();
    this.#losses.look();
  }

  #closedFor(): LossReason | undefined {
    if (this.#isClosed || !this.#link.isConnected) return 'disconnected';
    return this.#options.fence.isOpen() ? undefined : 'fenced off';
  }

  #take(message: Msg, isFirst: (isToAll: boolean) => boolean): void {
    const { subject, data } = message;
    this.#received.frames++;
    this.#received.bytes += data.length;
    if (!this.#options.fence.isOpen()) {
      this.#losses.add('fenced off', 1, `a frame to ${subject}`);
      return;
    }
    if (subject.startsWith(this.#answers) && subject !== this.#pieces) {
      if (isFirst(false)) this.#takeAnswer(message, Number(subject.slice(this.#answers.length)));
      return;
    }
    try {
      this.#takeFrame(message, isFirst);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#losses.add('damaged', 1, `a frame to ${subject}: ${error.message}`);
    }
  }

  #takeFrame(message: Msg, isFirst: (isToAll: boolean) => boolean): void {
    const { kind, content } = open(message.data);
    if (!isFirst(kind === TO_ALL || kind === PIECE_TO_ALL)) return;
    if (kind === WHERE) message.respond(new TextEncoder().encode(this.#pieces));
    else if (kind === PIECE || kind === PIECE_TO_ALL) {
      const { whole, lost } = this.#joining.add(readPiece(content), performance.now());
      this.#losses.add('incomplete', lost, `a large frame to ${message.subject}`);
      if (whole !== undefined) this.#intake.add(whole);
    } else this.#intake.add(content);
  }

  #takeAnswer({ headers, data }: Msg, number: number): void {
    if (headers?.code === 503) this.#departing.unheard(number);
    else this.#departing.told(number, new TextDecoder().decode(data));
  }

  #decode(content: Uint8Array): Travelling[] | undefined {
    try {
      return this.#codec.decodeFrame(content);
    } catch (error) {
      this.#losses.add('damaged', 1, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #arrive(envelopes: readonly Travelling[]): void {
    this.#received.envelopes += envelopes.length;
    unlessBroken(() => this.#options.arrive(envelopes));
  }

  #hear({ what, denied, text }: NatsEvent): void {
    if (what === 'disconnected') {
      this.#losses.add('connection lost', this.#window.reset(), 'sent, but not surely taken by the server');
      this.#departing.reset();
    } else if (denied?.operation === 'publish') this.#losses.add('not permitted', 1, text);
  }

  #look(): void {
    const now = performance.now();
    // Whoever may not answer must not be asked: the group's other members are.
    this.#subscriptions.takePart(this.#options.fence.isOpen());
    this.#departing.sweep(now);
    this.#losses.add('incomplete', this.#joining.sweep(now), 'a large frame whose rest never came');
    this.#losses.look();
  }
}

/** Gives the engine something. A run that has failed tells so itself; who reads from NATS must not end of it. */
function unlessBroken(give: () => void): void {
  try {
    give();
  } catch {
    // The promise of `Engine.start` has failed of the same.
  }
}
