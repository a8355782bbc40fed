/** Where the containers of a test file stand: one network, its NATS servers, its hosts; all is gone when the file ends. */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { Box, type BoxOptions, type Place } from './box.ts';
import { findDocker } from './docker.ts';
import { natsImage, troupeImage } from './images.ts';
import { Network } from './network.ts';

/** What a container may be given besides its command line. */
export type Extras = Pick<BoxOptions, 'env' | 'files' | 'volumes'>;

const natsPort = 4222;
const monitorPort = 8222;
const sweeper = join(import.meta.dirname, 'sweeper.mjs');

/** A set of containers on a network of their own; nothing is made before it is asked for. */
export class Yard {
  readonly #label = `troupe-test-${randomBytes(6).toString('hex')}`;
  readonly #boxes: Box[] = [];
  readonly #volumes = new Set<string>();
  #place: Promise<Place> | undefined;

  /** All containers that were started, in that order. */
  get boxes(): readonly Box[] {
    return this.#boxes;
  }

  /** Starts a NATS server that keeps its JetStream in a volume; `words` are more of its options. */
  async nats(name: string, words: readonly string[] = [], extras: Extras = {}): Promise<NatsServer> {
    const own = ['--server_name', name, '-js', '-sd', '/data', '-m', String(monitorPort)];
    const box = await this.start({
      image: natsImage(),
      name,
      words: [...own, ...words],
      ...extras,
      volumes: { '/data': this.volume(name), ...extras.volumes },
      ready: /Server is ready/,
    });
    return new NatsServer(box);
  }

  /** Starts NATS servers that are one cluster: `nats-1`, `nats-2` and so on. */
  async natsCluster(size: number, extras: Extras = {}): Promise<NatsServer[]> {
    const names = Array.from({ length: size }, (_, i) => `nats-${i + 1}`);
    const routes = names.map((name) => `nats://${name}:6222`).join(',');
    const words = ['--cluster_name', 'nats', '--cluster', 'nats://0.0.0.0:6222', '--routes', routes];
    return await Promise.all(names.map((name) => this.nats(name, words, extras)));
  }

  /** Starts Troupe with a command line; its data are in the volume at `/data`. */
  async troupe(name: string, words: readonly string[], ready: RegExp, extras: Extras = {}): Promise<Box> {
    const volumes = { '/data': this.volume(name), ...extras.volumes };
    return await this.start({ image: troupeImage(), name, words, ready, ...extras, volumes });
  }

  /** Starts any container, and waits until it is ready. */
  async start(options: BoxOptions): Promise<Box> {
    this.#place ??= this.#open();
    const place = await this.#place;
    for (const name of Object.values(options.volumes ?? {})) {
      if (this.#volumes.has(name)) await place.docker.createVolume({ Name: name, Labels: place.labels });
    }
    const box = new Box(options, place);
    this.#boxes.push(box);
    await box.start();
    return box;
  }

  /** Names a volume of this yard; it is made when a container first has it. */
  volume(name: string): string {
    const volume = `${this.#label}-${name}`;
    this.#volumes.add(volume);
    return volume;
  }

  /** Ends and removes everything. */
  async close(): Promise<void> {
    const place = await this.#place?.catch(() => undefined);
    this.#place = undefined;
    if (place === undefined) return;
    await Promise.all(this.#boxes.map((box) => box.remove()));
    for (const name of this.#volumes) await place.docker.getVolume(name).remove({ force: true });
    await place.network.remove();
  }

  /** Prints the last of what every container said, and tells where all of it is. */
  tell(title: string): void {
    if (this.#boxes.length === 0) return;
    const folder = mkdtempSync(join(tmpdir(), 'troupe-said-'));
    for (const box of this.#boxes) writeFileSync(join(folder, `${box.name}.log`), box.said);
    const tails = this.#boxes.map((box) => box.tail());
    process.stderr.write(`\n${title}\n${tails.join('\n')}\nAll they said is in ${folder}\n`);
  }

  async #open(): Promise<Place> {
    const docker = await findDocker();
    // Its own session: Ctrl-C at the terminal is for the tests. It ends when this process does, and sweeps then.
    const child = spawn(process.execPath, [sweeper, this.#label], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.unref();
    (child.stdin as Socket).unref();
    const labels = { [this.#label]: '' };
    return { docker, labels, network: await Network.create(docker, this.#label, labels) };
  }
}

/** A NATS server in a container. */
export class NatsServer {
  readonly box: Box;
  /** Where this machine and the containers reach it. */
  readonly url: string;

  constructor(box: Box) {
    this.box = box;
    this.url = `nats://${box.address}:${natsPort}`;
  }

  /** Asks its monitoring port, as in `jsz` or `varz`. */
  async monitor(what: string): Promise<unknown> {
    const answer = await fetch(`http://${this.box.address}:${monitorPort}/${what}`, {
      signal: AbortSignal.timeout(2000),
    });
    return await answer.json();
  }

  /** Gives the name of the leader of the cluster's JetStream, once it has one that all others follow. */
  async jetStreamLeader(): Promise<string | undefined> {
    const { meta_cluster: meta } = (await this.monitor('jsz')) as {
      meta_cluster?: { leader?: string; cluster_size: number };
    };
    return meta?.leader || undefined;
  }
}

/** Makes a yard for the tests of this file: its containers are told of when a test fails, and gone after the last. */
export function yardOfTests(): Yard {
  const yard = new Yard();
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') yard.tell(`What the containers said in "${task.name}":`);
  });
  afterAll(() => yard.close(), 60_000);
  return yard;
}
