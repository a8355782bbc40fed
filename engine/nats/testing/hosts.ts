/** Hosts for tests: live engines, each with a wire of its own, joined by a real NATS server. */

import { Engine, type EngineOptions } from '../../engine.ts';
import type { Puppet, PuppetHandler } from '../../puppet.ts';
import { connectNats, type NatsEvent, type NatsLink } from '../connection.ts';
import type { Loss } from '../losses.ts';
import { NatsWire, type WireOptions } from '../wire.ts';

/** One host: what lives at `c.node.<name>.*` and `c.host.<name>.*` lives here. */
export class TestHost {
  readonly name: string;
  readonly link: NatsLink;
  readonly wire: NatsWire;
  readonly engine: Engine;
  readonly losses: Loss[] = [];
  readonly events: NatsEvent[] = [];
  readonly pressure: boolean[] = [];
  /** Closed to keep everything in and out. */
  isOpen = true;
  readonly #ended: Promise<void>;

  static async start(
    name: string,
    servers: readonly string[],
    options: { engine?: Partial<EngineOptions>; wire?: Partial<WireOptions> } = {},
  ): Promise<TestHost> {
    const link = await connectNats({ servers, name, noEcho: true });
    return new TestHost(name, link, options.engine ?? {}, options.wire ?? {});
  }

  private constructor(name: string, link: NatsLink, engine: Partial<EngineOptions>, wire: Partial<WireOptions>) {
    this.name = name;
    this.link = link;
    link.listen((event) => this.events.push(event));
    this.wire = new NatsWire({
      link,
      inbox: `c.host.${name}.wire`,
      own: [`c.node.${name}.>`, `c.host.${name}.>`],
      isHere: (address) => address.split('.')[2] === name,
      machineOf: (address) => address.split('.')[2],
      fence: { isOpen: () => this.isOpen },
      arrive: (envelopes) => this.engine.arrive(envelopes),
      refuse: (envelope) => this.engine.refuse(envelope),
      onLoss: (loss) => this.losses.push(loss),
      onPressure: (isHigh) => this.pressure.push(isHigh),
      ...wire,
    });
    this.engine = new Engine({ seed: name, definitions: [], uplink: this.wire, wall: {}, freeze: true, ...engine });
    this.#ended = this.engine.start();
    this.#ended.catch(() => {});
  }

  /** Puts a puppet at `c.node.<host>.<name>`. */
  puppet(name: string, handler?: PuppetHandler): Puppet {
    return this.engine.puppet(`c.node.${this.name}.${name}`, handler, { machine: this.name });
  }

  /** Waits until the server knows what this host hears. */
  async settle(): Promise<void> {
    await this.link.nats.flush();
  }

  /** Ends it; fails where its run has failed. */
  async stop(): Promise<void> {
    this.wire.close();
    this.engine.halt();
    await this.link.close();
    await this.#ended;
  }
}

/** Waits until a condition holds. @throws Error naming it when it does not come to be in time */
export async function until(condition: () => boolean, what: string, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`this has not come to be: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
