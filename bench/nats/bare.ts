/** The bare pair: a publisher and a subscriber on the same server, with the same client library, and nothing of ours. */

import { connect, type NatsConnection } from 'nats';
import { credit, payload, window } from './work.ts';

/** Takes what the other side of the bare pair sends, in the other process. */
export async function serveBare(url: string): Promise<NatsConnection> {
  const nats = await connect({ servers: url });
  let taken = 0;
  nats.subscribe('bare.flood', {
    callback: () => {
      if (++taken % credit === 0) nats.publish('bare.credit');
    },
  });
  nats.subscribe('bare.ask', { callback: (_, message) => void message.respond(message.data) });
  await nats.flush();
  return nats;
}

/** The publishing side. */
export class BarePair {
  readonly #nats: NatsConnection;
  readonly #payload = payload();
  #credited: () => void = () => {};

  static async connect(url: string): Promise<BarePair> {
    const nats = await connect({ servers: url });
    const pair = new BarePair(nats);
    nats.subscribe('bare.credit', { callback: () => pair.#credited() });
    await nats.flush();
    return pair;
  }

  private constructor(nats: NatsConnection) {
    this.#nats = nats;
  }

  /** Sends so many messages, a multiple of the credit; gives the seconds until the other side has them. */
  flood(count: number): Promise<number> {
    const begun = performance.now();
    let [sent, taken] = [0, 0];
    const send = (more: number) => {
      for (let i = 0; i < more && sent < count; i++, sent++) this.#nats.publish('bare.flood', this.#payload);
    };
    return new Promise((resolve) => {
      this.#credited = () => {
        taken += credit;
        if (taken >= count) resolve((performance.now() - begun) / 1000);
        else send(credit);
      };
      send(window);
    });
  }

  /** Asks so often, one by one; gives the ms of each. */
  async ask(count: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const begun = performance.now();
      await this.#nats.request('bare.ask', this.#payload, { timeout: 10_000 });
      times.push(performance.now() - begun);
    }
    return times;
  }

  close(): Promise<void> {
    return this.#nats.close();
  }
}
