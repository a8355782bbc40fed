/** Two empty actors that pass one message to and fro: what the engine itself costs. */

import { setup } from 'xstate';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { defineActor } from '../protocol/actor.ts';
import { actions } from '../protocol/chart.ts';
import type { Message } from '../protocol/message.ts';

type Ball = Message<'ball.pass', undefined>;

/** Answers every ball with a ball. */
const player = defineActor<undefined, undefined>({
  kind: 'player',
  machine: setup({ types: {} as { events: Ball }, actions: actions('passBack') }).createMachine({
    initial: 'playing',
    states: { playing: { on: { 'ball.pass': { actions: 'passBack' } } } },
  }),
  behaviour: { actions: { passBack: (self, ball: Ball) => self.send<Ball>(ball.from, 'ball.pass', undefined) } },
  memory: () => undefined,
});

/** Plays a match of so many messages; gives the engine when it is over. */
export function playMatch(messages: number, options: Partial<EngineOptions> = {}): Engine {
  const engine = new Engine({ seed: 1, definitions: [player], ...options });
  engine.place('left', {});
  engine.place('right', {});
  engine.spawn('bench.left', 'player', undefined, { machine: 'left' });
  engine.spawn('bench.right', 'player', undefined, { machine: 'right' });
  engine.inject<Ball>('bench.right', 'ball.pass', undefined, { from: 'bench.left' });
  for (let i = 0; i < messages; i++) engine.step();
  return engine;
}
