/** Hosts on a real NATS server with JetStream are recorded into one trace: all of it in order, or told what is missing. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectNats, type NatsLink } from '../../../engine/nats/connection.ts';
import { TestHost, until } from '../../../engine/nats/testing/hosts.ts';
import { hasNatsServer, NatsServer } from '../../../engine/nats/testing/server.ts';
import type { TraceLevel, TraceRecord } from '../../../protocol/trace/records.ts';
import { TraceReader } from '../trace-reader.ts';
import { HostRecorder } from './host-recorder.ts';
import { RecordingSession, type SessionOptions } from './recording-session.ts';
import { openTraceStream, traceStreamName } from './trace-stream.ts';
import { traceSubject } from './words.ts';

describe.skipIf(!hasNatsServer)('recording across hosts', () => {
  let server: NatsServer;
  let folder: string;
  /** Who commands: no host of the cluster. */
  let link: NatsLink;
  const hosts: { host: TestHost; recorder: HostRecorder }[] = [];
  const warnings: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'troupe-recording-'));
    server = await NatsServer.start({ jetstream: true });
    link = await connectNats({ servers: [server.url], name: 'commander' });
  });
  afterEach(async () => {
    await Promise.all(
      hosts.splice(0).map(async ({ host, recorder }) => {
        await recorder.close();
        await host.stop();
      }),
    );
    warnings.length = 0;
    await (await jetstreamManager(link.nats)).streams.delete(traceStreamName('c')).catch(() => {});
  });
  afterAll(async () => {
    await link.close();
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startHost(name: string): Promise<{ host: TestHost; recorder: HostRecorder }> {
    const epochMs = Date.now();
    const host = await TestHost.start(name, [server.url], { engine: { epochMs } });
    const facts = { cluster: 'c', host: name, version: '0.1.0', code: 'x', seed: name, epochMs, flushEveryMs: 20 };
    const recorder = new HostRecorder(host.engine, host.link.nats, { ...facts, warn: (line) => warnings.push(line) });
    recorder.listen();
    await host.settle();
    hosts.push({ host, recorder });
    return { host, recorder };
  }

  function session(name: string, level: TraceLevel, names: () => string[], more: Partial<SessionOptions> = {}) {
    const path = join(folder, name);
    const stop = new AbortController();
    const said: string[] = [];
    const recording = new RecordingSession({
      connection: link.nats,
      cluster: 'c',
      path,
      header: {
        level,
        version: '0.1.0',
        code: 'x',
        source: 'hosts',
        epochMs: Date.now(),
        seed: '',
        cluster: undefined,
        boots: 0,
        disks: new Map(),
      },
      hosts: async () => names(),
      say: (line) => said.push(line),
      warn: (line) => said.push(line),
      ...more,
    });
    const running = recording.run(stop.signal);
    const end = async () => {
      stop.abort();
      const counts = await running;
      return { counts, records: readAll(path) };
    };
    return { recording, said, end, running };
  }

  test('two hosts’ messages are in one file, each sent before it is received', async () => {
    const [{ host: a }, { host: b }] = [await startHost('a'), await startHost('b')];
    b.puppet('server', (message, puppet) => puppet.answer(message, 'sum.given', message.body));
    const asker = a.puppet('asker');
    await b.settle();
    const { said, end } = session('two', 'messages', () => ['a', 'b']);
    await until(() => said.length === 2, 'both hosts record');
    for (let n = 0; n < 50; n++) asker.ask('c.node.b.server', 'sum.ask', { n });
    await until(() => asker.received.length === 50, 'all answers');
    const { counts, records } = await end();
    expect(counts).toMatchObject({ messages: 100, hosts: 2, lost: 0, unordered: 0 });
    const seen = new Set<string>();
    const heard: string[] = [];
    for (const record of records) {
      if (record.what === 'message.sent') seen.add(`${record.host} ${record.message.from}#${record.message.seq}`);
      if (record.what !== 'message.delivered' || record.message.role === 6) continue;
      const { from, seq, type, body } = record.message;
      const other = record.host === 'a' ? 'b' : 'a';
      expect(seen.has(`${other} ${from}#${seq}`)).toBe(true);
      heard.push(`${type} ${(body as { n: number }).n}`);
    }
    expect(heard.sort()).toEqual(
      Array.from({ length: 50 }, (_, n) => [`sum.ask ${n}`, `sum.given ${n}`])
        .flat()
        .sort(),
    );
    expect(records.filter(({ what }) => what === 'host.begun')).toHaveLength(2);
    expect(records.filter(({ what }) => what === 'host.ended')).toHaveLength(2);
  });

  test('a host that joins meanwhile is recorded too, and none is when it is over', async () => {
    const { recorder: first } = await startHost('a');
    const names = ['a'];
    const { said, end } = session('joins', 'messages', () => names);
    await until(() => said.length === 1, 'the first one records');
    const { host: b, recorder: second } = await startHost('b');
    names.push('b');
    await until(() => said.includes('host b records'), 'the second one records');
    const puppet = b.puppet('here');
    puppet.send('c.node.b.here', 'self.told', 1);
    await until(() => puppet.received.length === 1, 'its message');
    expect([first.status().level, second.status().level]).toEqual(['messages', 'messages']);
    const { records } = await end();
    expect(records.some((one) => one.what === 'message.delivered' && one.host === 'b')).toBe(true);
    expect([first.status().level, second.status().level]).toEqual([undefined, undefined]);
  });

  test('a host stops by itself when nobody says any more that it shall record', async () => {
    const { recorder } = await startHost('a');
    await openTraceStream(link.nats, 'c');
    const ask = async (text: string) => (await link.nats.request(traceSubject('c', 'a'), text)).json();
    expect(await ask('status')).toMatchObject({ sessions: [] });
    expect(await ask('start {"level":"full","session":"x","leaseMs":60}')).toMatchObject({ level: 'full' });
    expect(await ask('start')).toMatchObject({ level: 'full', sessions: ['by-hand', 'x'] });
    await until(() => recorder.status().level === 'messages', 'the wish of x is over');
    expect(await ask('stop')).toMatchObject({ sessions: [] });
    expect(await ask('begin')).toMatchObject({ error: expect.stringMatching(/no command: start/) });
    expect(recorder.status().level).toBeUndefined();
  });

  test('what NATS does not keep is counted, told, and a gap in the record', async () => {
    const { host, recorder } = await startHost('a');
    const { said, end } = session('gap', 'messages', () => ['a']);
    await until(() => said.length === 1, 'it records');
    const puppet = host.puppet('here');
    const { streams } = await jetstreamManager(link.nats);
    const before = (await streams.info(traceStreamName('c'))).config;
    await streams.update(traceStreamName('c'), { ...before, max_msg_size: 10 });
    for (let n = 0; n < 30; n++) puppet.send('c.node.a.here', 'self.told', n);
    await until(() => recorder.status().lostRecords >= 60, 'its records are refused');
    await streams.update(traceStreamName('c'), { ...before, max_msg_size: -1 });
    puppet.send('c.node.a.here', 'self.told', 'last');
    const isThere = () => warnings.includes('recording: what is recorded is stored again');
    await until(isThere, 'it is stored again');
    const { counts, records } = await end();
    const { lostRecords, trouble } = recorder.status();
    expect(trouble).toMatch(/JetStream says/);
    const gaps = records.filter((one) => one.what === 'records.lost');
    expect(gaps.reduce((sum, gap) => sum + gap.count, 0)).toBe(lostRecords);
    expect(counts.lost).toBe(lostRecords);
    expect(said.at(-1)).toMatch(/records of host a are lost/);
  });

  test('where NATS keeps nothing, this is said at once, with the fix', async () => {
    const plain = await NatsServer.start();
    const host = await TestHost.start('p', [plain.url]);
    await expect(openTraceStream(host.link.nats, 'c')).rejects.toThrow(/keeps nothing: JetStream is off/);
    await host.stop();
    await plain.dispose();
  });
});

function readAll(path: string): TraceRecord[] {
  const reader = new TraceReader(path);
  try {
    expect(reader.isWhole).toBe(true);
    return [...reader.records()];
  } finally {
    reader.close();
  }
}
