import { expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import type { PuppetHandler } from '../../engine/puppet.ts';
import type { RequestRefused, RequestSucceeded } from '../../protocol/messages/api.ts';
import { failure } from '../../protocol/status.ts';
import { Conversation } from './conversation.ts';

/** A user, and an API server that is played. */
function stage(server: PuppetHandler) {
  const engine = new Engine({ seed: 1, definitions: [] });
  engine.puppet('api', server);
  return { engine, conversation: new Conversation(engine, engine.puppet('user'), 'api', 5_000) };
}

const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };

test('what the server asks to ask later is asked later', () => {
  let refusals = 2;
  const { engine, conversation } = stage((message, puppet) => {
    if (refusals-- > 0)
      puppet.answer<RequestRefused>(message, 'request.refused', { status: failure.tooManyRequests(3) });
    else puppet.answer<RequestSucceeded>(message, 'request.succeeded', { code: 200, object });
  });
  const from = engine.now();
  expect(conversation.ask('object.get', {})).toMatchObject({ type: 'request.succeeded' });
  expect(Math.floor((engine.now() - from) / 1000)).toBe(6);
});

test('after ten times the refusal is given', () => {
  let asked = 0;
  const { conversation } = stage((message, puppet) => {
    asked++;
    puppet.answer<RequestRefused>(message, 'request.refused', { status: failure.tooManyRequests(1) });
  });
  expect(conversation.ask('object.get', {})).toMatchObject({ body: { status: { code: 429 } } });
  expect(asked).toBe(11);
});

test.each([
  ['that names no time', failure.serviceUnavailable('starting')],
  ['that is final, though it names a time', failure.generateNameConflict('pods', 'a-x7x2p', 1)],
])('a refusal %s is given at once', (_, status) => {
  let asked = 0;
  const { conversation } = stage((message, puppet) => {
    asked++;
    puppet.answer<RequestRefused>(message, 'request.refused', { status });
  });
  expect(conversation.ask('object.get', {})).toMatchObject({ body: { status: { code: status.code } } });
  expect(asked).toBe(1);
});

test('a server that does not answer is waited for no longer than the timeout', () => {
  const { engine, conversation } = stage(() => undefined);
  const from = engine.now();
  expect(() => conversation.ask('object.get', {})).toThrow(
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  );
  expect(engine.now() - from).toBe(5_000);
});
