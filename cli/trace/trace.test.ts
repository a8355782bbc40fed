/** `troupe trace` and `troupe record`, as the command line answers. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TraceFile } from '../../deploy/trace/trace-file.ts';
import { TraceRecorder } from '../../deploy/trace/trace-recorder.ts';
import { Engine } from '../../engine/engine.ts';
import { keepSaid } from '../testing/said.ts';
import { runTroupe } from '../troupe.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-trace-cli-'));
const path = join(folder, 'run.troupe');

beforeAll(() => {
  const engine = new Engine({ seed: 7, definitions: [] });
  const epochMs = engine.now();
  const file = new TraceFile(path, {
    level: 'messages',
    version: '0.1.0',
    code: '',
    source: 'run',
    epochMs,
    seed: 7,
    cluster: undefined,
    boots: 0,
    disks: new Map(),
  });
  const limits = { bytesMax: 1 << 20, recordsMax: 10 };
  const recorder = new TraceRecorder(
    'messages',
    { host: '', baseMs: epochMs, offsetMs: 0 },
    (block) => file.add(block),
    limits,
  );
  engine.record(recorder);
  const b = engine.puppet('c.node.n2.b', (message, puppet) => puppet.answer(message, 'sum.given', { n: 2 }));
  const a = engine.puppet('c.node.n1.a');
  for (let n = 0; n < 5; n++) {
    a.ask(b.address, 'sum.ask', { n });
    engine.runFor(1000);
  }
  recorder.flush();
  file.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said = keepSaid();

describe('troupe trace', () => {
  test('info says whose run it was, how long, and how many messages of which type there are', async () => {
    expect(await runTroupe(['trace', 'info', path])).toBe(0);
    expect(said.out).toMatch(/^what {6}one run$/m);
    expect(said.out).toMatch(/^seed {6}7$/m);
    expect(said.out).toMatch(/^lasts {5}4\.\d{3} s$/m);
    expect(said.out).toMatch(/^sum\.ask +5$/m);
    expect(said.out).toMatch(/^message\.delivered +10$/m);
  });

  test('info says it as JSON too', async () => {
    expect(await runTroupe(['trace', 'info', path, '--json'])).toBe(0);
    const told = JSON.parse(said.out);
    expect(told).toMatchObject({ isWhole: true, seed: 7, messages: { 'sum.ask': 5, 'sum.given': 5 }, damage: [] });
  });

  test('cat lists what is asked for: by time, type and subject', async () => {
    const count = async (...more: string[]) => {
      said.out = '';
      expect(await runTroupe(['trace', 'cat', path, ...more])).toBe(0);
      return said.out.trimEnd().split('\n').length;
    };
    expect(await count('--type', 'sum.*')).toBe(20);
    expect(await count('--type', 'sum.given')).toBe(10);
    expect(await count('--type', 'sum.given', '--from', '1.5s', '--to', '3500ms')).toBe(4);
    expect(await count('--subject', 'c.node.n2.>', '--type', '*.ask')).toBe(10);
    expect(said.out.split('\n')[0]).toMatch(
      /0\.000000s {2}sent +sum\.ask {2}c\.node\.n1\.a#\d+ -> c\.node\.n2\.b {2}\{"n":0\}/,
    );
    expect(await count('--type', 'sum.ask', '--json')).toBe(10);
    expect(JSON.parse(said.out.split('\n')[0] ?? '')).toMatchObject({
      what: 'message.sent',
      message: { body: { n: 0 } },
    });
  });

  test('a damaged block is named, and the rest is shown', async () => {
    const bytes = readFileSync(path);
    const broken = join(folder, 'broken.troupe');
    // The second block of records: after the heads of the header and the first one.
    const second = bytes.indexOf('TRPB', bytes.indexOf('TRPB', bytes.indexOf('TRPB') + 1) + 1);
    bytes[second + 60] = (bytes[second + 60] as number) ^ 1;
    writeFileSync(broken, bytes);
    expect(await runTroupe(['trace', 'info', broken])).toBe(1);
    expect(said.out).toContain('damaged: block 2: its checksum does not hold; 10 records are lost');
    expect(await runTroupe(['trace', 'cat', broken])).toBe(1);
    expect(said.err).toContain('damaged: block 2');
  });

  test('what is no trace is refused with the fix', async () => {
    const other = join(folder, 'pod.yaml');
    writeFileSync(other, 'kind: Pod\n'.repeat(20));
    expect(await runTroupe(['trace', 'info', other])).toBe(1);
    expect(said.err).toMatch(/pod\.yaml: is no trace.*\n {4}fix: /);
    expect(await runTroupe(['trace', 'look', path])).toBe(2);
    expect(await runTroupe(['trace', 'cat'])).toBe(2);
    expect(await runTroupe(['trace', 'cat', path, '--from', 'soon'])).toBe(2);
    expect(said.err).toContain('--from soon is no time');
  });
});

describe('troupe record', () => {
  test('needs a file, a level there is, and NATS', async () => {
    vi.stubEnv('NATS_URL', '');
    expect(await runTroupe(['record', '--nats', 'nats://127.0.0.1:1'])).toBe(2);
    expect(await runTroupe(['record', '-o', path, '--level', 'some', '--nats', 'nats://127.0.0.1:1'])).toBe(2);
    expect(await runTroupe(['record', '-o', path])).toBe(2);
    expect(await runTroupe(['record', '-x', path])).toBe(2);
    expect(said.err).toContain('troupe record needs a file');
    expect(said.err).toContain('write --level messages or --level full');
    expect(said.err).toContain('no NATS server is named');
    expect(said.err).toContain('has no option "-x"');
    vi.unstubAllEnvs();
  });
});
