/** A sync of a simulated disk on its way: the time it takes, and the word that it is done. */

import { type Envelope, told } from '../bus/envelope.ts';
import type { Host } from '../host/host.ts';
import type { Seat } from '../host/seat.ts';
import type { Due } from '../host/timer.ts';
import type { SimulatedDisk } from './disk.ts';
import type { FolderSyncs } from './folder-syncs.ts';

/** Waits in the event queue until the sync ends. */
export class SyncRun implements Due {
  private readonly host: Host;
  private readonly seat: Seat;
  private readonly disk: SimulatedDisk;
  private readonly run: number;
  private readonly causeFrom: string;
  private readonly causeSeq: number;
  /** What the system said when the real disk failed. */
  private realFailure: string | undefined;

  constructor(host: Host, seat: Seat, disk: SimulatedDisk) {
    this.host = host;
    this.seat = seat;
    this.disk = disk;
    this.run = disk.run;
    this.causeFrom = host.causeFrom;
    this.causeSeq = host.causeSeq;
  }

  begin(): void {
    const { host, seat } = this;
    const fsyncMs = seat.machine?.disk.fsyncMs ?? 1;
    const dueUs = host.nowUs + Math.round(fsyncMs * 1000);
    host.queue.push(dueUs, seat, ++seat.count, this, seat);
    if (seat.syncs !== undefined) this.beginReal(seat.syncs, dueUs);
  }

  /** A real sync takes the time it takes, the run another: the run waits at the end of its own for the real one. */
  private beginReal(syncs: FolderSyncs, dueUs: number): void {
    const { host, seat, disk, run } = this;
    const wanted = disk.flushing();
    if (!host.canWait) {
      this.realFailure = syncs.now(wanted);
      return;
    }
    const isHolding = host.hold(dueUs);
    syncs.begin(wanted, (failure) => {
      // An input from outside, as whatever the real world does; where nothing fails, nothing needs to be said.
      if (failure !== undefined) host.enter({ do: 'failSync', args: [seat.address, run, failure] });
      this.realFailure = failure;
      isHolding.release();
    });
  }

  fire(): void {
    const { host, seat, disk } = this;
    if (disk.run !== this.run) return;
    const failure = seat.machine?.disk.failure ?? this.realFailure ?? seat.syncFailures?.get(this.run);
    host.setCause(this.causeFrom, this.causeSeq);
    for (const note of disk.finishSync(failure === undefined)) {
      // Who gave no note waits for nothing: only that it failed is news.
      if (note !== undefined || failure !== undefined) host.enqueueLocal(this.told(failure, note), seat);
    }
  }

  private told(failure: string | undefined, note: unknown): Envelope {
    const { address } = this.seat;
    const { causeFrom, causeSeq, host } = this;
    return told({
      type: failure === undefined ? 'disk.synced' : 'disk.failed',
      body: failure === undefined ? undefined : { message: failure },
      from: address,
      to: address,
      causeFrom,
      causeSeq,
      atMs: host.nowMs,
      note,
    });
  }
}
