/** Random streams: repeatable, apart from each other, the same everywhere. */

import { expect, test } from 'vitest';
import { highHash, lowHash } from './fingerprint/hash.ts';
import { type Random, restoreRandom, seedOf, splitRandom } from './random.ts';

function streamOf(seed: number | string, name: string, salt = 0): Random {
  return splitRandom(seedOf(seed), lowHash(name), highHash(name), salt);
}

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

test('a stream is a function of seed, name and salt', () => {
  const first = draw(streamOf(1, 'c.a'), 20);
  expect(draw(streamOf(1, 'c.a'), 20)).toEqual(first);
  expect(draw(streamOf('1', 'c.a'), 20)).toEqual(first);
  expect(draw(streamOf(2, 'c.a'), 20)).not.toEqual(first);
  expect(draw(streamOf(1, 'c.b'), 20)).not.toEqual(first);
  expect(draw(streamOf(1, 'c.a', 1), 20)).not.toEqual(first);
});

// A change of these numbers changes every recorded run: it must be meant.
test('the streams are the ones that recorded runs were made with', () => {
  expect(draw(streamOf(1, 'c.master.etcd.0'), 3)).toMatchInlineSnapshot(`
    [
      0.6679020720778945,
      0.2245092376931861,
      0.22434896897100554,
    ]
  `);
});

test('a stream goes on where its state was taken', () => {
  const random = streamOf(5, 'c.a');
  draw(random, 7);
  const copy = restoreRandom(random.state());
  expect(draw(copy, 10)).toEqual(draw(random, 10));
});

test('numbers are spread evenly, within a stream and over the first draws of many', () => {
  const within = draw(streamOf(3, 'c.a'), 20_000);
  const across = Array.from({ length: 20_000 }, (_, i) => streamOf(3, `c.node.n${i}.kubelet`).next());
  for (const numbers of [within, across]) {
    const tenths = new Array(10).fill(0);
    for (const number of numbers) tenths[Math.floor(number * 10)]++;
    // 2,000 expected, standard deviation 42: six of them.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(255);
  }
});
