/**
 * Goal: no write that was acknowledged is lost, whatever of the control plane dies, and with it what its disk had not synced.
 *
 * Method: over many seeds a user writes without pause to a control plane with a slow disk, and something dies in the midst.
 */

import { describe, expect, test } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import type { RequestSucceeded } from '../../protocol/messages/api.ts';
import { type World, world } from '../world.ts';

/** A user who writes without waiting for answers, and remembers what was acknowledged, and as what. */
function startWriting({ engine }: World) {
  const user = engine.puppet('c.client.writer', undefined, { machine: 'outside' });
  const asked = new Map<number, string>();
  const acknowledged = new Map<string, string>();
  user.handler = (message) => {
    const name = asked.get(message.request);
    if (name === undefined || message.type !== 'request.succeeded') return;
    acknowledged.set(name, (message as RequestSucceeded).body.object.metadata.resourceVersion ?? '');
  };
  const write = () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `map-${asked.size}` } };
    const body = { resource: 'configmaps', namespace: 'default', object };
    const options = { deadlineMs: 5000 };
    asked.set(user.ask<Message>('c.master.apiserver', 'object.create', body, options), object.metadata.name);
  };
  return { write, acknowledged };
}

const [etcd, apiserver, power] = ['c.master.etcd.0', 'c.master.apiserver.0', 'the power'];

describe('what was acknowledged is there', () => {
  test.each([
    ['etcd dies', etcd],
    ['the kube-apiserver dies', apiserver],
    ['the whole control plane loses its power', power],
  ])('though %s in the midst of it, again and again', (_, victim) => {
    let acknowledgements = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const cluster = world({ nodes: 0, seed });
      const { engine } = cluster;
      // Slow enough for every death to meet a write that is not on the disk yet.
      engine.setDisk('master-0', { fsyncMs: 40 });
      const { write, acknowledged } = startWriting(cluster);
      for (let death = 1; death <= 3; death++) {
        for (let i = 0; i < 10; i++) {
          write();
          cluster.advance(7 + seed + death);
        }
        if (victim === power) engine.powerOff('master-0');
        else engine.crash(victim, { loseUnsynced: true });
        cluster.advance(100 * seed);
        if (victim === power) engine.powerOn('master-0');
        else engine.restart(victim);
        cluster.advance(3000);
      }
      cluster.advance(10_000);

      for (const [name, version] of acknowledged) {
        expect(cluster.find('configmaps', name)?.metadata.resourceVersion, `${name}, seed ${seed}`).toBe(version);
      }
      expect(new Set(acknowledged.values()).size).toBe(acknowledged.size);
      acknowledgements += acknowledged.size;
    }
    // Sometimes: a run in which nothing was acknowledged would show nothing.
    expect(acknowledgements).toBeGreaterThan(100);
  });
});
