/**
 * Goal: `troupe up` is a program one can rely on: what it acknowledged is there after `kill -9`, one process at a time has
 * the data, `status` and `down` find it, and `rerun` plays in another process what it recorded.
 *
 * Method: the command line as it is installed, in processes of its own, and a client over HTTPS.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const built = mkdtempSync(join(tmpdir(), 'troupe-live-'));
const dataDir = join(built, 'data');
const kubeconfig = join(built, 'kubeconfig');
const main = join(built, 'dist', 'cli', 'main.js');
const env = { ...process.env, XDG_STATE_HOME: join(built, 'state') };

beforeAll(() => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(built, 'dist')];
  const { status, stdout } = spawnSync(tsc, project, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed: ${stdout}`);
  writeFileSync(join(built, 'package.json'), '{"type": "module", "name": "troupe", "version": "0.0.1"}');
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
}, 120_000);

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const process of running) process.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Starts `troupe up`, and waits until it is ready. */
async function up(...options: string[]): Promise<{ process: ChildProcess; said: () => string }> {
  const words = ['up', '--port', '0', '--nodes', '2', '--kubeconfig', kubeconfig, ...options];
  const process = spawn(globalThis.process.execPath, [main, ...words], { env });
  running.add(process);
  let said = '';
  for (const stream of [process.stdout, process.stderr]) stream.on('data', (text) => (said += String(text)));
  while (!said.includes('kubectl get nodes')) {
    if (process.exitCode !== null) throw new Error(`it has ended: ${said}`);
    await Promise.race([once(process.stdout, 'data'), once(process, 'exit')]);
  }
  return { process, said: () => said };
}

function troupe(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env });
}

/** A client with the kubeconfig's certificate. */
class Client {
  private readonly server: string;
  private readonly agent: Agent;

  constructor() {
    const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
    const bytes = (text: string) => Buffer.from(text, 'base64');
    this.server = clusters[0].cluster.server;
    this.agent = new Agent({
      keepAlive: true,
      ca: bytes(clusters[0].cluster['certificate-authority-data']),
      cert: bytes(users[0].user['client-certificate-data']),
      key: bytes(users[0].user['client-key-data']),
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the test knows what it asked for.
  ask(method: string, path: string, body?: object): Promise<{ code: number | undefined; json: any }> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const asked = request(`${this.server}${path}`, { method, agent: this.agent, headers }, (answer) => {
        let text = '';
        answer.on('data', (part) => (text += String(part)));
        answer.on('error', reject);
        answer.on('end', () => resolve({ code: answer.statusCode, json: JSON.parse(text) }));
      });
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
  }

  /** Creates ConfigMaps until the connection breaks; notes the uid of each that was acknowledged. */
  async create(prefix: string, acknowledged: Map<string, string>): Promise<void> {
    for (let i = 0; ; i++) {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${prefix}-${i}` } };
      try {
        const { code, json } = await this.ask('POST', configMaps, object);
        if (code === 201) acknowledged.set(json.metadata.name, json.metadata.uid);
      } catch {
        return;
      }
    }
  }
}

const configMaps = '/api/v1/namespaces/default/configmaps';

test('what was acknowledged is there after kill -9, again and again, and no name or uid comes twice', async () => {
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < 3; round++) {
    const { process } = await up('--data-dir', dataDir);
    const client = new Client();
    const { json } = await client.ask('GET', configMaps);
    const found = new Map(
      json.items.map((o: { metadata: { name: string; uid: string } }) => [o.metadata.name, o.metadata.uid]),
    );
    for (const [name, uid] of acknowledged) expect(found.get(name), name).toBe(uid);
    expect(new Set(found.values()).size).toBe(found.size);
    const before = acknowledged.size;
    const work = ['a', 'b', 'c'].map((one) => client.create(`${one}${round}`, acknowledged));
    while (acknowledged.size < before + 20 + 17 * round) await new Promise((resolve) => setImmediate(resolve));
    process.kill('SIGKILL');
    await Promise.all([once(process, 'exit'), ...work]);
  }
  expect(acknowledged.size).toBeGreaterThan(80);
});

test('the data are one process’s at a time; status tells of it, and down ends it', async () => {
  expect(troupe('status')).toMatchObject({ status: 1, stdout: 'no cluster runs\n' });
  expect(troupe('down')).toMatchObject({ status: 0, stdout: 'no cluster runs\n' });
  const { process, said } = await up('--data-dir', dataDir, '--etcd', '3');
  expect(said()).toContain('warning: the data are of a cluster "c" with 1 of etcd');
  const second = troupe('up', '--port', '0', '--data-dir', dataDir);
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(new RegExp(`is in use by process ${process.pid}, which serves https://127.0.0.1:\\d+`));
  const told = JSON.parse(troupe('status', '--json').stdout);
  expect(told).toMatchObject({ pid: process.pid, answers: true, isReady: true, nodes: 2, dataDir, kubeconfig });
  const port = new URL(told.server).port;
  const third = troupe('up', '--port', port);
  expect(third).toMatchObject({ status: 1 });
  expect(third.stderr).toContain(`port ${port}: is in use by another process\n    fix: name another one`);
  expect(troupe('down', '--data-dir', dataDir).stdout).toBe(`ended ${told.server}; its data are in ${dataDir}\n`);
  expect(process.exitCode ?? (await once(process, 'exit'))[0]).toBe(0);
  expect(existsSync(join(dataDir, 'up.json'))).toBe(false);
});

test('what was recorded is played again in another process, also when its writer was killed', async () => {
  const record = join(built, 'run.troupe');
  const { process } = await up('--record', record, '--speed', 'max', '--data-dir', dataDir);
  const client = new Client();
  const acknowledged = new Map<string, string>();
  const work = ['x', 'y'].map((one) => client.create(one, acknowledged));
  while (acknowledged.size < 30) await new Promise((resolve) => setImmediate(resolve));
  process.kill('SIGTERM');
  await Promise.all([once(process, 'exit'), ...work]);
  expect(process.exitCode).toBe(0);
  const { status, stdout } = troupe('rerun', record);
  expect(stdout).toMatch(
    /\d+ inputs in [\d.]+ s of its time, compared at \d+ places\nSAME {3}fingerprint [0-9a-f]{16}\n$/,
  );
  expect(status).toBe(0);
  writeFileSync(record, readFileSync(record).subarray(0, -200));
  const cut = troupe('rerun', record);
  expect(cut.stdout).toContain('the record was cut off: it is played up to there\n');
  expect(cut.status).toBe(0);
});

test('bad input is told in words', () => {
  expect(troupe('up', '--speed', 'fast').stderr).toBe(
    '--speed fast is no speed\n    fix: write a number from 1 to 1000, or max\n',
  );
  expect(troupe('up', '--set', 'kubelet.register-nodes=no').stderr).toBe(
    '--set kubelet.register-nodes=no: kubelet has no flag --register-nodes\n    fix: did you mean "register-node"?\n',
  );
  expect(troupe('up', '--nodes', '-1').status).toBe(2);
  expect(troupe('up', '--apply', 'nowhere.yaml').stderr).toContain('nowhere.yaml');
  expect(troupe('rerun', main).stderr).toContain(
    `${main}: is no trace, or one whose first bytes are damaged\n    fix: `,
  );
});
