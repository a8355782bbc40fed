/** Actors for the engine's own tests: one that does whatever it is told, one that is always busy with itself. */

import { setup } from 'xstate';
import { defineActor, type RequestOptions, type Self, type SpawnOptions } from '../../protocol/actor.ts';
import { actions } from '../../protocol/chart.ts';
import type { Message } from '../../protocol/message.ts';

/** What a `doer` can be told to do, as the body of a message of type `do`. */
export type Deed =
  | { do: 'send'; to: string; type: string; body?: unknown }
  | { do: 'request'; to: string; type: string; body?: unknown; options?: RequestOptions }
  | { do: 'reply'; type: string; body?: unknown }
  | { do: 'open'; to: string; type: string }
  | { do: 'subscribe'; pattern: string; queue?: boolean }
  | { do: 'spawn'; address: string; kind: string; input?: unknown; options?: SpawnOptions }
  | { do: 'stop'; address: string }
  | { do: 'append'; file: string; record: unknown }
  | { do: 'sync'; note?: unknown }
  | { do: 'read'; file: string }
  | { do: 'draw' }
  | { do: 'raise'; type: string }
  | { do: 'fail'; message: string };

/** What a `doer` remembers. */
export interface DoerMemory {
  /** All it was told or heard but `do`: type, body and note. */
  heard: { type: string; body: unknown; note: unknown }[];
  drawn: number[];
  read: unknown[];
}

function perform(self: Self<DoerMemory>, event: Message, deed: Deed): void {
  switch (deed.do) {
    case 'send':
      self.send(deed.to, deed.type, deed.body);
      break;
    case 'request':
      self.request(deed.to, deed.type, deed.body, deed.options);
      break;
    case 'reply':
      self.reply(event, deed.type, deed.body);
      break;
    case 'open':
      self.open(deed.to, deed.type, undefined);
      break;
    case 'subscribe':
      self.subscribe(deed.pattern, { queue: deed.queue ?? false });
      break;
    case 'spawn':
      self.spawn(deed.address, deed.kind, deed.input, deed.options);
      break;
    case 'stop':
      self.stop(deed.address);
      break;
    case 'append':
      self.disk.append(deed.file, deed.record);
      break;
    case 'sync':
      self.disk.sync(deed.note);
      break;
    case 'read':
      self.memory.read = [...self.disk.read(deed.file)];
      break;
    case 'draw':
      self.memory.drawn.push(self.random());
      break;
    case 'raise':
      self.raise({ type: deed.type });
      break;
    case 'fail':
      throw new Error(deed.message);
  }
}

/** Does what it is told by `do`, one deed or several; ends at `end`; counts seconds in its context once told to `tick`. */
export const doer = defineActor({
  kind: 'doer',
  machine: setup({ actions: actions('performs', 'remembers') }).createMachine({
    initial: 'ready',
    states: {
      ready: {
        on: {
          do: { actions: 'performs' },
          end: 'ended',
          tick: 'ticking',
          '*': { actions: 'remembers' },
        },
      },
      ticking: {
        after: { 1000: { target: 'ready', actions: 'remembers' } },
        on: { do: { actions: 'performs' }, '*': { actions: 'remembers' } },
      },
      ended: { type: 'final' },
    },
  }),
  behaviour: {
    actions: {
      performs: (self: Self<DoerMemory>, event: Message<'do', Deed | Deed[]>) => {
        for (const deed of Array.isArray(event.body) ? event.body : [event.body]) perform(self, event, deed);
      },
      remembers: (self: Self<DoerMemory>, { type, body, note }: Message) => {
        self.memory.heard.push({ type, body, note });
      },
    },
  },
  memory: (): DoerMemory => ({ heard: [], drawn: [], read: [] }),
});

/** Hits every ball back to where it came from; the one with `serves` begins. */
export const pinger = defineActor({
  kind: 'pinger',
  machine: setup({ actions: actions('serves', 'hits') }).createMachine({
    initial: 'playing',
    entry: 'serves',
    states: { playing: { on: { 'ball.hit': { actions: 'hits' } } } },
  }),
  behaviour: {
    actions: {
      serves: (self: Self<{ peer?: string }>) => {
        if (self.memory.peer !== undefined) self.send(self.memory.peer, 'ball.hit', { speed: self.random() });
      },
      hits: (self: Self<{ peer?: string }>, event: Message) =>
        self.send(event.from, 'ball.hit', { speed: self.random() }),
    },
  },
  memory: (input: { peer?: string }): { peer?: string } => ({ ...input }),
});
