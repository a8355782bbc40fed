/** One host of the benchmark: a live engine with its wire. */

import { Engine } from '../../engine/engine.ts';
import { connectNats } from '../../engine/nats/connection.ts';
import { NatsWire } from '../../engine/nats/wire.ts';
import type { ActorDefinition } from '../../protocol/actor.ts';

/** A host that runs. */
export interface BenchHost {
  readonly engine: Engine;
  stop(): Promise<void>;
}

/** Starts the host of node `name`, with an actor `kind` at `bench.node.<name>.<kind>`. */
export async function startHost(url: string, name: string, definition: ActorDefinition): Promise<BenchHost> {
  const link = await connectNats({ servers: [url], name, noEcho: true });
  const wire = new NatsWire({
    link,
    inbox: `bench.host.${name}.wire`,
    own: [`bench.node.${name}.>`],
    isHere: (address) => address.split('.')[2] === name,
    machineOf: (address) => address.split('.')[2],
    fence: { isOpen: () => true },
    arrive: (envelopes) => engine.arrive(envelopes),
    refuse: (envelope) => engine.refuse(envelope),
    onLoss: ({ reason, count }) => {
      throw new Error(`the benchmark has lost ${count} messages: ${reason}`);
    },
  });
  const engine = new Engine({ seed: name, definitions: [definition], uplink: wire, wall: {}, fingerprint: false });
  engine.spawn(`bench.node.${name}.${definition.kind}`, definition.kind, undefined, { machine: name });
  const ended = engine.start();
  await link.nats.flush();
  return {
    engine,
    async stop() {
      wire.close();
      engine.halt();
      await link.close();
      await ended;
    },
  };
}
