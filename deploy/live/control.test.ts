/** A running cluster's socket: questions and answers, a line each. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { askControl, askStatus, type LiveStatus, serveControl } from './control.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-control-'));
const path = join(folder, 'control.sock');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: Server | undefined;
afterEach(() => void server?.close());

const status: LiveStatus = {
  nodes: 3,
  readyNodes: 2,
  isReady: false,
  speed: 1,
  virtualNow: 5,
  seed: 7,
  version: '1.2.3',
};

/** Writes some text as it is, and gives what comes back until there are so many lines. */
function exchange(text: string, lines: number): Promise<string[]> {
  return new Promise((resolve) => {
    let said = '';
    const socket = createConnection(path, () => socket.write(text));
    socket.on('data', (part) => {
      said += String(part);
      if (said.split('\n').length > lines) socket.end();
    });
    socket.on('close', () => resolve(said.trimEnd().split('\n')));
  });
}

test('it says how it is, and hands on what else it is asked', async () => {
  server = await serveControl(path, { status: () => status, answer: (request) => ({ asked: request }) });
  expect(await askStatus(path)).toEqual(status);
  expect(await askControl(path, { do: 'faults' })).toEqual({ asked: { do: 'faults' } });
});

test('several questions on one connection are answered in order, however they are cut', async () => {
  server = await serveControl(path, { status: () => status, answer: (request) => request });
  expect(await exchange('{"do":"a"}\n{"do":"b"}\n', 2)).toEqual(['{"do":"a"}', '{"do":"b"}']);
  expect(await exchange('no json\n{"do":"c"}\n', 2)).toEqual(['{"error":"this is no JSON"}', '{"do":"c"}']);
});

test('a question that fails is answered so, and the next one is answered', async () => {
  const answer = () => {
    throw new Error('it has failed');
  };
  server = await serveControl(path, { status: () => status, answer });
  expect(await askControl(path, { do: 'x' })).toEqual({ error: 'it has failed' });
  expect(await askStatus(path)).toEqual(status);
});

test('nobody there, or nobody who answers in time, says nothing', async () => {
  expect(await askStatus(join(folder, 'nobody.sock'))).toBeUndefined();
  server = await serveControl(path, { status: () => status, answer: () => undefined });
  expect(await askControl(path, { do: 'x' }, 50)).toBeUndefined();
});
