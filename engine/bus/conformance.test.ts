/** The bus in memory, on one engine in virtual time, held to what every bus promises. */

import { Engine } from '../engine.ts';
import { type BusWorld, conformBus } from './testing/conformance.ts';

async function memoryWorld(): Promise<BusWorld> {
  const engine = new Engine({ seed: 1, definitions: [], freeze: false });
  return {
    puppet: (machine, name, handler) => engine.puppet(`c.node.${machine}.${name}`, handler, { machine }),
    settle: async () => {},
    until: async (condition, what) => {
      if (!engine.runUntil(condition)) throw new Error(`this has not come to be: ${what}`);
    },
    pass: async (ms) => engine.runFor(ms),
    crash: (puppet) => engine.crash(puppet.address),
    loseNext: (machine, type) => void engine.fault({ from: `c.node.${machine}.>`, type, count: 1 }, 'drop'),
    powerOff: async (machine) => engine.powerOff(machine),
    close: async () => {},
  };
}

conformBus('the bus in memory', memoryWorld);
