/** People outside who use a cluster of several hosts by its doors, and remember what they were told. */

import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import type { Model, TimedCall } from '../../lab/invariants/linearizability.ts';
import type { Box } from './box.ts';

/** What an answer said. */
export interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever object was asked for.
  readonly body: any;
}

/** ms that a call may take. */
const patienceMs = 5_000;
const home = '/home/troupe/.local/state/troupe';

/** A door to the cluster, as its host's kubeconfig describes it. */
export class Door {
  readonly #server: URL;
  readonly #agent: Agent;

  private constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig);
    const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
    const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user;
    const [text, bytes] = [String(server), (base64: string) => Buffer.from(base64, 'base64')];
    this.#server = new URL(text);
    this.#agent = new Agent({ keepAlive: true, ca: bytes(ca), cert: bytes(cert), key: bytes(key) });
  }

  /** The door of a host in a container. */
  static async of(box: Box, cluster = 'c'): Promise<Door> {
    const path = `${home}/hosts/${cluster}/${box.name}/kubeconfig`;
    const read = `process.stdout.write(require('node:fs').readFileSync('${path}'))`;
    const { out } = await box.exec('node', '-e', read);
    return new Door(out);
  }

  /** Calls; fails where no whole answer comes in time. */
  call(method: string, path: string, object?: unknown, type = 'application/json'): Promise<Answer> {
    const body = object === undefined ? '' : JSON.stringify(object);
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const { hostname, port } = this.#server;
    return new Promise((resolve, reject) => {
      const options = { hostname, port, path, method, headers, agent: this.#agent, timeout: patienceMs };
      const asked = request(options, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({ code: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patienceMs} ms`)));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Gets; @throws Error for any answer but success */
  async get(path: string): Promise<Answer['body']> {
    const { code, body } = await this.call('GET', path);
    if (code >= 300) throw new Error(`GET ${path}: ${code} ${body?.message}`);
    return body;
  }

  /** Creates; @throws Error for any answer but success */
  async create(collection: string, object: unknown): Promise<void> {
    const { code, body } = await this.call('POST', collection, object);
    if (code >= 300) throw new Error(`POST ${collection}: ${code} ${body?.message}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A call to the register: what it wrote, or what it read. `value` is undefined for one whose outcome is unknown. */
export interface RegisterCall extends TimedCall {
  readonly kind: 'read' | 'write';
  readonly value: string;
}

/** One value that is written whole and read whole. */
export const registerModel: Model<string, RegisterCall> = {
  initial: 'new',
  step: (state, { kind, value }) => (kind === 'write' ? value : state === value ? state : undefined),
  isSame: (a, b) => a === b,
};

const configMaps = '/api/v1/namespaces/default/configmaps';
/** ms between two calls of one person. */
const restMs = 150;

/** Three people who write and read one register and leave notes, each by another door at a time, until they are told to stop. */
export class People {
  readonly calls: RegisterCall[] = [];
  /** The names of the notes whose creation was acknowledged. */
  readonly notes: string[] = [];
  /** Calls that failed or whose outcome nobody knows. */
  failed = 0;
  readonly #doors: () => readonly Door[];
  #isOver = false;
  #working: Promise<void>[] = [];

  /** `doors` gives those that people know of. */
  constructor(doors: () => readonly Door[]) {
    this.#doors = doors;
  }

  async start(): Promise<void> {
    const [door] = this.#doors();
    await door?.create(configMaps, { metadata: { name: 'register' }, data: { value: 'new' } });
    this.#working = ['ada', 'ben', 'cleo'].map((name, i) => this.#work(name, i));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#working);
  }

  async #work(name: string, offset: number): Promise<void> {
    for (let turn = 0; !this.#isOver; turn++) {
      const doors = this.#doors();
      const door = doors[(turn + offset) % doors.length] as Door;
      if (turn % 3 === 0) await this.#note(door, `${name}-${turn}`);
      else if (turn % 3 === 1) await this.#write(door, `${name}-${turn}`);
      else await this.#read(door);
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }

  async #note(door: Door, name: string): Promise<void> {
    try {
      await door.create(configMaps, { metadata: { name, labels: { note: 'yes' } }, data: { by: name } });
      this.notes.push(name);
    } catch {
      this.failed++;
    }
  }

  async #write(door: Door, value: string): Promise<void> {
    const startMs = performance.now();
    const patch = { data: { value } };
    const type = 'application/merge-patch+json';
    const code = await door.call('PATCH', `${configMaps}/register`, patch, type).then(
      (answer) => answer.code,
      () => 0,
    );
    if (code !== 200) this.failed++;
    // Of one that failed nobody knows whether it was done.
    const endMs = code === 200 ? performance.now() : Number.POSITIVE_INFINITY;
    this.calls.push({ kind: 'write', value, startMs, endMs });
  }

  async #read(door: Door): Promise<void> {
    const startMs = performance.now();
    try {
      const { data } = await door.get(`${configMaps}/register`);
      this.calls.push({ kind: 'read', value: data.value, startMs, endMs: performance.now() });
    } catch {
      this.failed++;
    }
  }
}
