/** What every disk must do, simulated or real: one suite that each implementation runs. */

import { describe, expect, test } from 'vitest';
import type { Disk } from '../../../protocol/actor.ts';

/** A disk as the suite drives it. */
export interface DiskRig {
  readonly disk: Disk;
  /** Lets running syncs end, and gives the notes of all that were told since the last call. */
  settle(): Promise<unknown[]> | unknown[];
  /** Ends the process that uses the disk, and opens the disk anew; an unsynced write may stay. */
  crash(): Promise<Disk> | Disk;
  /** Cuts the power, and opens the disk anew; undefined where that cannot be tried. */
  losePower?(): Promise<Disk> | Disk;
}

/** Runs the suite on one kind of disk. */
export function disksMustConform(name: string, make: () => Promise<DiskRig> | DiskRig): void {
  describe(`the disk "${name}"`, () => {
    test('reads what was written, before any sync', async () => {
      const { disk } = await make();
      disk.append('wal', { index: 1 });
      disk.append('wal', { index: 2 });
      expect(disk.read('wal')).toEqual([{ index: 1 }, { index: 2 }]);
      expect(disk.read('nothing')).toEqual([]);
    });

    test('replaces and removes whole files, and lists their names in order', async () => {
      const { disk } = await make();
      disk.append('wal', 1);
      disk.append('snapshot', 'old');
      disk.append('gone', 1);
      disk.replace('snapshot', ['new', 'state']);
      disk.remove('gone');
      disk.remove('never');
      expect(disk.read('snapshot')).toEqual(['new', 'state']);
      expect(disk.read('gone')).toEqual([]);
      expect(disk.files()).toEqual(['snapshot', 'wal']);
    });

    test('keeps an empty file', async () => {
      const { disk } = await make();
      disk.replace('empty', []);
      expect(disk.files()).toEqual(['empty']);
    });

    test('appends after a replacement to the replacement', async () => {
      const { disk } = await make();
      disk.append('wal', 1);
      disk.replace('wal', [2]);
      disk.append('wal', 3);
      expect(disk.read('wal')).toEqual([2, 3]);
    });

    test('does not see later changes of the list it was given', async () => {
      const { disk } = await make();
      const records = [1];
      disk.replace('wal', records);
      records.push(2);
      expect(disk.read('wal')).toEqual([1]);
    });

    test('tells of each sync once, with its note, in order', async () => {
      const rig = await make();
      rig.disk.append('wal', 1);
      rig.disk.sync('first');
      rig.disk.append('wal', 2);
      rig.disk.sync({ second: true });
      rig.disk.sync();
      expect(await rig.settle()).toEqual(['first', { second: true }, undefined]);
      expect(await rig.settle()).toEqual([]);
    });

    test('keeps what was synced through a crash', async () => {
      const rig = await make();
      rig.disk.append('wal', { index: 1 });
      rig.disk.append('other', 'x');
      rig.disk.sync();
      await rig.settle();
      const disk = await rig.crash();
      expect(disk.read('wal')).toEqual([{ index: 1 }]);
      expect(disk.files()).toEqual(['other', 'wal']);
    });

    test('goes on after a crash where it was', async () => {
      const rig = await make();
      rig.disk.append('wal', 1);
      rig.disk.sync();
      await rig.settle();
      const disk = await rig.crash();
      disk.append('wal', 2);
      disk.sync('again');
      expect(await rig.settle()).toEqual(['again']);
      expect((await rig.crash()).read('wal')).toEqual([1, 2]);
    });

    test('does not tell a new process of the old one’s sync', async () => {
      const rig = await make();
      rig.disk.append('wal', 1);
      rig.disk.sync('old');
      await rig.crash();
      expect(await rig.settle()).toEqual([]);
    });

    test('loses with the power what was not synced, and nothing else', async () => {
      const rig = await make();
      if (rig.losePower === undefined) return;
      rig.disk.append('wal', 1);
      rig.disk.append('kept', 'a');
      rig.disk.replace('snapshot', ['old']);
      rig.disk.sync();
      await rig.settle();
      rig.disk.append('wal', 2);
      rig.disk.replace('snapshot', ['new']);
      rig.disk.remove('kept');
      rig.disk.append('young', 1);
      const disk = await rig.losePower();
      expect(disk.read('wal')).toEqual([1]);
      expect(disk.read('snapshot')).toEqual(['old']);
      expect(disk.read('kept')).toEqual(['a']);
      expect(disk.files()).toEqual(['kept', 'snapshot', 'wal']);
    });

    test('makes durable only what was written before the sync was asked for', async () => {
      const rig = await make();
      if (rig.losePower === undefined) return;
      rig.disk.append('wal', 1);
      rig.disk.sync();
      rig.disk.append('wal', 2);
      await rig.settle();
      expect((await rig.losePower()).read('wal')).toEqual([1]);
    });

    test('a replacement is durable as a whole, and what was appended to the old file does not come back', async () => {
      const rig = await make();
      if (rig.losePower === undefined) return;
      rig.disk.append('wal', 1);
      rig.disk.sync();
      await rig.settle();
      rig.disk.append('wal', 2);
      rig.disk.replace('wal', [10]);
      rig.disk.sync();
      await rig.settle();
      rig.disk.append('wal', 11);
      expect((await rig.losePower()).read('wal')).toEqual([10]);
    });

    test('a durable removal stays', async () => {
      const rig = await make();
      if (rig.losePower === undefined) return;
      rig.disk.append('wal', 1);
      rig.disk.sync();
      await rig.settle();
      rig.disk.remove('wal');
      rig.disk.sync();
      await rig.settle();
      expect((await rig.losePower()).files()).toEqual([]);
    });
  });
}
