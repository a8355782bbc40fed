import { expect, test } from 'vitest';
import { EqualStates } from './equal-states.ts';

test('members at different indexes may hold different states; at the same one they may not', () => {
  const states = new EqualStates();
  states.see('a', 1, 'x=1');
  states.see('b', 2, 'x=2');
  states.see('c', 1, 'x=1');
  expect([states.broken, states.compared]).toEqual([[], 1]);
  states.see('a', 2, 'x=3');
  expect(states.broken).toEqual(['at applied index 2, b held …x=2… and a …x=3…']);
});

test('a member that holds something else after a restart is seen, too', () => {
  const states = new EqualStates();
  states.see('a', 5, 'x=1');
  states.see('a', 5, 'x=2');
  expect(states.broken).toHaveLength(1);
});
