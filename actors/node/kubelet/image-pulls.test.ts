import { expect, test } from 'vitest';
import type { Message } from '../../../protocol/message.ts';
import { endPull, makeImagePulls, nextPull } from './image-pulls.ts';

/** A worker's question for an image; the number tells it from others. */
const question = (seq: number, image: string) => ({ seq, body: { image } }) as Message<string, { image: string }>;

function waiting(...images: string[]) {
  const pulls = makeImagePulls();
  for (const [index, image] of images.entries()) pulls.waiting.push({ question: question(index + 1, image), image });
  return pulls;
}

test('serialized, one is pulled after the other, in the order they were asked for', () => {
  const pulls = waiting('a', 'b');
  expect(nextPull(pulls, 1, 0)).toMatchObject({ image: 'a', question: { seq: 1 } });
  expect(nextPull(pulls, 1, 0)).toBeUndefined();
  expect(endPull(pulls, 1)).toMatchObject({ image: 'a', startedAt: 0 });
  expect(nextPull(pulls, 1, 500)).toMatchObject({ image: 'b', question: { seq: 2 } });
});

test('as many as the limit at once, and without one all', () => {
  const limited = waiting('a', 'b', 'c');
  expect([nextPull(limited, 2, 0), nextPull(limited, 2, 0), nextPull(limited, 2, 0)].filter(Boolean)).toHaveLength(2);
  const free = waiting('a', 'b', 'c');
  expect([nextPull(free, 0, 0), nextPull(free, 0, 0), nextPull(free, 0, 0)].filter(Boolean)).toHaveLength(3);
});

test('an end that comes twice ends nothing else', () => {
  const pulls = waiting('a', 'b');
  nextPull(pulls, 0, 0);
  nextPull(pulls, 0, 0);
  expect(endPull(pulls, 1)?.image).toBe('a');
  expect(endPull(pulls, 1)).toBeUndefined();
  expect(pulls.running.map(({ image }) => image)).toEqual(['b']);
});
