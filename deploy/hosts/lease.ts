/** The lease of this host: renewed all the time, and only believed for as long as nobody else can have taken it. */

import type { Process } from './document.ts';
import { HostsError } from './hosts-error.ts';
import type { Leases } from './leases.ts';

/** ms between two renewals. */
const renewEveryMs = 2_000;
/** What of a lease's life is not counted on: NATS's servers may differ by that much in their clocks. */
const marginPart = 0.2;

/** Told of the lease's state, each once as it changes. */
export interface LeaseWatch {
  /** It may not be valid any more: nothing may leave or come in. */
  unsure(why: string): void;
  /** It is valid again, and what the host had is still its own; `gapMs` is how long that was not sure. */
  sure(gapMs: number): void;
  /** It is another's; the process has to end. */
  lost(error: HostsError): void;
}

/** What a lease asks of its host. */
export interface LeaseHolder {
  readonly host: string;
  readonly process: Process;
  /** Makes sure that what the host has is still its own, when its lease had run out. @throws HostsError `lost` when it is not */
  confirm(): Promise<unknown>;
}

/** Where a lease takes the time from; tests give their own. */
export interface LeaseClock {
  /** ms, never going back: what must not be longer than a lease is measured by both. */
  monotonic(): number;
  wall(): number;
}

const processClock: LeaseClock = { monotonic: () => performance.now(), wall: () => Date.now() };

/** A moment on both clocks. */
interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** A lease. */
export class Lease {
  readonly #leases: Leases;
  readonly #holder: LeaseHolder;
  readonly #clock: LeaseClock;
  /** ms that a confirmed renewal is believed. */
  readonly #validMs: number;
  readonly #everyMs: number;
  #watch: LeaseWatch | undefined;
  /** When the last renewal that NATS confirmed was sent. */
  #renewedAt: Moment | undefined;
  #unsureSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #state: 'new' | 'kept' | 'lost' | 'ended' = 'new';
  #why = '';
  #onRenewed: (() => void) | undefined;

  constructor(leases: Leases, holder: LeaseHolder, clock: LeaseClock = processClock) {
    this.#leases = leases;
    this.#holder = holder;
    this.#clock = clock;
    this.#validMs = leases.maxAgeMs * (1 - marginPart);
    this.#everyMs = Math.min(renewEveryMs, leases.maxAgeMs / 5);
  }

  /** Takes it for the first time; the claim is made after it. @throws HostsError */
  async take(): Promise<void> {
    const sentAt = this.#moment();
    await this.#leases.renew(this.#holder.host, this.#holder.process, this.#clock.wall());
    this.#renewedAt = sentAt;
  }

  /** Keeps it from now on; `onRenewed` is told after each renewal. @throws HostsError when it ran out before */
  async keep(watch: LeaseWatch, onRenewed?: () => void): Promise<void> {
    this.#watch = watch;
    this.#onRenewed = onRenewed;
    this.#state = 'kept';
    // Joining may have taken longer than a lease lives.
    if (!this.isSurelyValid()) await this.#renew();
    if (!this.isSurelyValid()) throw this.#trouble();
    this.#arm();
    this.#next();
  }

  /**
   * Tells whether nobody else can have this host's claim at this moment: since the last renewal was sent that NATS
   * confirmed, no more has passed than a lease lives. A process that was stopped, and a machine that slept, know at once
   * when they wake: by the monotonic clock, and by the wall clock, which goes on while a machine sleeps.
   */
  isSurelyValid(): boolean {
    if (this.#renewedAt === undefined || this.#unsureSince !== undefined || this.#state !== 'kept') return false;
    return this.#ageMs(this.#renewedAt) < this.#validMs;
  }

  /** ms since the last renewal that NATS confirmed was sent. */
  get ageMs(): number {
    return this.#renewedAt === undefined ? Number.POSITIVE_INFINITY : this.#ageMs(this.#renewedAt);
  }

  /** Stops renewing it; it runs out by itself. */
  stop(): void {
    if (this.#state !== 'lost') this.#state = 'ended';
    clearTimeout(this.#timer);
    clearTimeout(this.#expiry);
  }

  /** Gives it up, so that others need not wait for it to run out. @throws HostsError where NATS does not answer */
  async end(): Promise<void> {
    this.stop();
    await this.#leases.remove(this.#holder.host, this.#holder.process.id);
  }

  /** Tells that the claim is another's, however it was noticed. */
  lose(error: HostsError): void {
    if (this.#state !== 'kept' && this.#state !== 'new') return;
    this.#state = 'lost';
    this.stop();
    this.#watch?.lost(error);
  }

  #next(): void {
    if (this.#state !== 'kept') return;
    this.#timer = setTimeout(async () => {
      await this.#renew();
      this.#next();
    }, this.#everyMs);
  }

  async #renew(): Promise<void> {
    this.#notice();
    const sentAt = this.#moment();
    const { host, process } = this.#holder;
    try {
      await this.#leases.renew(host, process, sentAt.wall);
      if (this.#state !== 'kept') return;
      // Confirmed too late: somebody may have found no lease meanwhile.
      this.#notice();
      const gapSince = this.#unsureSince;
      if (gapSince !== undefined) await this.#holder.confirm();
      if (this.#state !== 'kept' || this.#ageMs(sentAt) >= this.#validMs) return;
      this.#renewedAt = sentAt;
      this.#unsureSince = undefined;
      this.#arm();
      if (gapSince !== undefined) this.#watch?.sure(this.#clock.monotonic() - gapSince);
      this.#onRenewed?.();
    } catch (error) {
      if (error instanceof HostsError && error.code === 'lost') this.lose(error);
      else this.#why = error instanceof Error ? error.message : String(error);
    }
  }

  /** Notices that it is not surely valid any more. */
  #notice(): void {
    if (this.#state !== 'kept' || this.#unsureSince !== undefined || this.isSurelyValid()) return;
    this.#unsureSince = this.#clock.monotonic() - Math.max(0, this.ageMs - this.#validMs);
    const why = this.#why === '' ? 'this process did not run, or NATS did not answer in time' : this.#why;
    this.#watch?.unsure(why);
  }

  #arm(): void {
    clearTimeout(this.#expiry);
    this.#why = '';
    this.#expiry = setTimeout(() => this.#notice(), Math.max(0, this.#validMs - this.ageMs) + 1);
  }

  #moment(): Moment {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.wall() };
  }

  #ageMs({ monotonic, wall }: Moment): number {
    return Math.max(this.#clock.monotonic() - monotonic, this.#clock.wall() - wall);
  }

  #trouble(): HostsError {
    const what = `could not renew its lease in time: ${this.#why || 'NATS did not answer'}`;
    return new HostsError('nats', `host ${this.#holder.host}`, what, 'see how NATS is, and start the host again');
  }
}
