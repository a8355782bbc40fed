/** What faults make of machines' disks, clocks and power: several can be in force at once, and what was before comes back. */

import type { Engine } from '../../engine/engine.ts';
import type { DiskSettings } from '../../engine/host/machines.ts';

/** What one fault says of a machine. */
export interface Overlay {
  readonly disk?: Partial<DiskSettings>;
  readonly clock?: { readonly offsetMs?: number; readonly driftPpm?: number };
  readonly isOff?: true;
}

const rightClock = { offsetMs: 0, driftPpm: 0 };

/** The overlays of one host's machines, by the fault they are of; a later one wins over an earlier one. */
export class Overlays {
  readonly #engine: Engine;
  readonly #laid = new Map<string, Map<string, Overlay>>();
  /** The disks as they were before any fault was on them. */
  readonly #disks = new Map<string, DiskSettings>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Lays a fault on a machine. */
  lay(machine: string, id: string, overlay: Overlay): void {
    const laid = this.#laid.get(machine) ?? new Map<string, Overlay>();
    this.#laid.set(machine, laid);
    if (overlay.disk !== undefined && !this.#disks.has(machine)) {
      const sight = this.#engine.machines().find(({ name }) => name === machine);
      if (sight !== undefined) this.#disks.set(machine, { ...sight.disk });
    }
    laid.set(id, overlay);
    this.#apply(machine, overlay);
  }

  /** Takes a fault off a machine: what others say of it, or what was before, holds again. */
  lift(machine: string, id: string): void {
    const laid = this.#laid.get(machine);
    const overlay = laid?.get(id);
    if (laid === undefined || overlay === undefined) return;
    laid.delete(id);
    this.#apply(machine, overlay);
    if (laid.size > 0) return;
    this.#laid.delete(machine);
    this.#disks.delete(machine);
  }

  /** Gives a machine power, whatever faults had taken it. Gives whether it was off. */
  powerOn(machine: string): boolean {
    for (const [id, overlay] of this.#laid.get(machine) ?? []) if (overlay.isOff) this.#laid.get(machine)?.delete(id);
    if (this.#engine.isUp(machine)) return false;
    this.#engine.powerOn(machine);
    return true;
  }

  /** Puts right what an overlay that came or went has to do with. */
  #apply(machine: string, { disk, clock, isOff }: Overlay): void {
    const all = [...(this.#laid.get(machine)?.values() ?? [])];
    if (disk !== undefined) {
      const merged = Object.assign(
        { failure: undefined, tearsWrites: false, ...this.#disks.get(machine) },
        ...all.map((one) => one.disk),
      );
      this.#engine.setDisk(machine, merged);
    }
    if (clock !== undefined) {
      this.#engine.setClock(machine, Object.assign({ ...rightClock }, ...all.map((one) => one.clock)));
    }
    if (isOff === undefined) return;
    const stays = all.some((one) => one.isOff);
    if (stays && this.#engine.isUp(machine)) this.#engine.powerOff(machine);
    else if (!stays && !this.#engine.isUp(machine)) this.#engine.powerOn(machine);
  }
}
