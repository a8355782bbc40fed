/** The floor under the engine: an event queue and one map look-up a message, and nothing else. */

import { EventQueue, type Sender } from '../engine/time/event-queue.ts';

/** Passes so many bare events between two addresses. */
export function passBare(messages: number): void {
  const players: Sender[] = [
    { key: 1, address: 'bench.left' },
    { key: 2, address: 'bench.right' },
  ];
  const living = new Map(players.map((player) => [player.address, player]));
  const queue = new EventQueue<{ to: string }, undefined>();
  queue.push(50, players[0] as Sender, 0, { to: 'bench.right' }, undefined);
  for (let i = 1; i <= messages; i++) {
    queue.pop();
    const receiver = living.get((queue.what as { to: string }).to) as Sender;
    const to = receiver === players[0] ? 'bench.right' : 'bench.left';
    queue.push(queue.time + 50, receiver, i, { to }, undefined);
  }
}
