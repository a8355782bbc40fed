/** A container that a test has in its hands: what it says, and all that can happen to a machine. */

import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import type { Docker, DockerContainer } from './docker.ts';
import type { Network } from './network.ts';

/** What a container is to be. */
export interface BoxOptions {
  readonly image: string;
  /** Its name on the network. */
  readonly name: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Named volumes by the folder they stand at. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Texts by the path of their file. */
  readonly files?: Readonly<Record<string, string>>;
  /** The line by which it says that it has started. */
  readonly ready: RegExp;
}

/** How a command in a container ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where boxes stand: their daemon, their network, and the labels by which they are found and removed. */
export interface Place {
  readonly docker: Docker;
  readonly network: Network;
  readonly labels: Record<string, string>;
}

/** ms that a line may take to come on a machine that has other work. */
const patienceMs = 60_000;
const linesTold = 40;

/** A container, running or not; its address, its volumes and what it said outlive its process. */
export class Box {
  readonly name: string;
  readonly address: string;
  readonly #options: BoxOptions;
  readonly #place: Place;
  readonly #heard = new EventEmitter();
  #container: DockerContainer | undefined;
  #started: StartedTestContainer | undefined;
  #said = '';
  #isRunning = false;

  /** Takes an address; nothing runs yet. */
  constructor(options: BoxOptions, place: Place) {
    this.name = options.name;
    this.address = place.network.nextAddress();
    this.#options = options;
    this.#place = place;
    this.#heard.setMaxListeners(0);
  }

  /** All it has said until now, over all its lives. */
  get said(): string {
    return this.#said;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /**
   * Starts its process, for the first time or once more, and waits until it says that it is ready.
   *
   * @throws Error with what it said instead
   */
  async start(): Promise<void> {
    const from = this.#said.length;
    try {
      if (this.#container === undefined) await this.#create();
      else {
        await this.#listen(this.#container);
        await this.#container.start();
      }
    } catch (error) {
      throw new Error(`${this.name} does not start: ${(error as Error).message}\n${this.tail()}`, { cause: error });
    }
    await this.until(this.#options.ready, { from });
  }

  /** Waits until it has said something. @throws Error when it ends first, or says it not within a minute */
  async until(pattern: RegExp, { from = 0, mostMs = patienceMs } = {}): Promise<RegExpExecArray> {
    const stopped = AbortSignal.timeout(mostMs);
    for (;;) {
      const found = pattern.exec(this.#said.slice(from));
      if (found !== null) return found;
      if (!this.#isRunning) throw new Error(`${this.name} ended and did not say ${pattern}:\n${this.tail()}`);
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error(`${this.name} did not say ${pattern} in ${mostMs} ms:\n${this.tail()}`));
        if (stopped.aborted) late();
        stopped.addEventListener('abort', late, { once: true });
        this.#heard.once('more', () => {
          stopped.removeEventListener('abort', late);
          resolve();
        });
      });
    }
  }

  /** Runs a command beside its process, to its end. */
  async exec(...words: string[]): Promise<CommandEnd> {
    if (this.#started === undefined) throw new Error(`${this.name} was never started`);
    const { exitCode, stdout, stderr } = await this.#started.exec(words);
    return { code: exitCode, out: stdout, err: stderr };
  }

  /** Pulls its network cable; its process goes on. */
  async disconnect(): Promise<void> {
    await this.#place.network.disconnect(this.#id());
  }

  /** Plugs it in again, at the address it had. */
  async connect(): Promise<void> {
    await this.#place.network.connect(this.#id(), this.name, this.address);
  }

  /** Freezes its processes where they are. */
  async pause(): Promise<void> {
    await this.#running().pause();
  }

  /** Lets them go on. */
  async unpause(): Promise<void> {
    await this.#running().unpause();
  }

  /** Ends its process, as `kill -9` does, and waits for its end. */
  async kill(): Promise<void> {
    await this.#running().kill({ signal: 'SIGKILL' });
    await this.ended();
  }

  /** Asks its process to end, and waits for that; after `mostS` seconds it is killed. Gives its exit code. */
  async stop(mostS = 20): Promise<number> {
    await this.#running().stop({ t: mostS });
    return await this.ended();
  }

  /** Waits for the end of its process; gives its exit code. */
  async ended(): Promise<number> {
    const { StatusCode } = (await this.#running().wait()) as { StatusCode: number };
    while (this.#isRunning) await new Promise((resolve) => this.#heard.once('more', resolve));
    return StatusCode;
  }

  /** Ends its process, if it has one, and forgets the container; its named volumes stay. */
  async remove(): Promise<void> {
    try {
      await this.#container?.remove({ force: true, v: true });
    } catch (error) {
      // testcontainers removes one that did not become ready.
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
    this.#container = undefined;
  }

  /** The last of what it said. */
  tail(lines = linesTold): string {
    const all = this.#said.trimEnd().split('\n').slice(-lines);
    return all.map((line) => `  ${this.name} | ${line}`).join('\n');
  }

  async #create(): Promise<void> {
    const { image, words, env = {}, volumes = {}, files = {}, ready } = this.#options;
    const listen = async (id: string) => {
      this.#container = this.#place.docker.getContainer(id);
      await this.#listen(this.#container);
    };
    const container = new AddressedContainer(image, this, this.#place.network, listen)
      .withCommand([...words])
      .withEnvironment({ ...env })
      .withLabels(this.#place.labels)
      .withBindMounts(Object.entries(volumes).map(([target, source]) => ({ source, target })))
      .withCopyContentToContainer(Object.entries(files).map(([target, content]) => ({ target, content, mode: 0o644 })))
      .withWaitStrategy(Wait.forLogMessage(ready).withStartupTimeout(patienceMs));
    this.#started = await container.start();
  }

  /** Hears all that its next process says. */
  async #listen(container: DockerContainer): Promise<void> {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const said = new PassThrough();
    this.#place.docker.modem.demuxStream(stream, said, said);
    said.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      this.#heard.emit('more');
    });
    this.#isRunning = true;
    stream.once('end', () => {
      this.#isRunning = false;
      this.#heard.emit('more');
    });
  }

  #running(): DockerContainer {
    if (this.#container === undefined) throw new Error(`${this.name} does not run`);
    return this.#container;
  }

  #id(): string {
    return this.#running().id;
  }
}

/** A container of testcontainers with an address of its own, and someone who listens from its first word on. */
class AddressedContainer extends GenericContainer {
  readonly #listen: (id: string) => Promise<void>;

  constructor(image: string, box: Box, network: Network, listen: (id: string) => Promise<void>) {
    super(image);
    this.#listen = listen;
    this.withNetworkMode(network.name);
    this.createOpts.Hostname = box.name;
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [network.name]: network.endpoint(box.name, box.address) },
    };
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.#listen(id);
  }
}
