/** Checks conditions and traffic: what they name must be there. */

import type { Condition } from '../format.ts';
import type { Path } from '../source.ts';
import type { Reader } from './reader.ts';

const targetForm = /^(?:http:\/\/)?[^/:\s]+(?::\d{1,5})?(?:\/\S*)?$/;

/** Checks the plans of traffic. */
export function checkTraffic(reader: Reader): void {
  const seen = new Set<string>();
  for (const [i, plan] of (reader.story.traffic ?? []).entries()) {
    const path = ['traffic', i];
    if (seen.has(plan.name))
      reader.refuse([...path, 'name'], `there is traffic "${plan.name}" already`, 'give each a name of its own');
    seen.add(plan.name);
    checkTarget(reader, [...path, 'to'], plan.to);
    if (plan.node !== undefined) reader.expectNode([...path, 'node'], plan.node);
  }
}

/** Checks what must be true at the end. */
export function checkExpectations(reader: Reader): void {
  for (const [i, expectation] of (reader.story.expect ?? []).entries()) {
    const { within: _within, say: _say, ...condition } = expectation;
    const path = ['expect', i];
    if (Object.keys(condition).length === 0) reader.refuse(path, 'expects nothing', 'say what, such as "ready: all"');
    checkCondition(reader, path, condition);
  }
}

/** Checks one condition. */
export function checkCondition(reader: Reader, path: Path, condition: Condition): void {
  for (const text of [condition.ready ?? []].flat()) {
    if (text !== 'all') reader.expectReference([...path, 'ready'], text);
  }
  for (const text of [condition.answers ?? []].flat()) {
    if (text !== 'all') checkTarget(reader, [...path, 'answers'], text);
  }
  const { pods, nodes, traffic } = condition;
  reader.expectSelector([...path, 'pods', 'matching'], pods?.matching);
  reader.expectSelector([...path, 'nodes', 'matching'], nodes?.matching);
  if (pods?.node !== undefined) reader.expectNode([...path, 'pods', 'node'], pods.node);
  if (traffic !== undefined) {
    const names = (reader.story.traffic ?? []).map(({ name }) => name);
    if (traffic.of !== undefined) reader.expectKnown([...path, 'traffic', 'of'], traffic.of, 'traffic', names);
    else if (names.length === 0)
      reader.refuse([...path, 'traffic'], 'the story has no traffic', 'add "traffic: ..."', 'key');
    if (['success', 'failed', 'p50', 'p99'].every((part) => !(part in traffic))) {
      reader.refuse([...path, 'traffic'], 'says nothing of it', 'add success, failed, p50 or p99');
    }
  }
}

function checkTarget(reader: Reader, path: Path, target: string): void {
  if (targetForm.test(target)) return;
  reader.refuse(
    path,
    `"${target}" cannot be sent to`,
    'write a target such as http://frontend/path or http://node-1:30080',
  );
}
