import { beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import type { HealthReported } from '../../../../protocol/messages/health.ts';
import { etcd } from '../../etcd/actor.ts';
import { apiserver } from '../actor.ts';
import { World } from '../testing/world.ts';

let engine: Engine;
let world: World;
beforeEach(() => {
  engine = new Engine({ seed: 1, definitions: [etcd, apiserver], freeze: true });
  world = new World(engine);
  engine.puppet('c.master.scheduler.0', (question, puppet) => {
    if (question.type === 'health.check') puppet.answer<HealthReported>(question, 'health.reported', undefined);
  });
});

const resource = 'componentstatuses';
const healthy = { type: 'Healthy', status: 'True', message: 'ok' };

describe('ComponentStatuses', () => {
  it('are what the components answer, and that one does not', () => {
    const { object, warnings } = world.do('object.list', { resource });
    expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ComponentStatusList' });
    // biome-ignore lint/suspicious/noExplicitAny: what a list holds.
    expect(object.items.map((item: any) => [item.metadata.name, item.conditions])).toEqual([
      ['scheduler', [healthy]],
      [
        'controller-manager',
        [
          {
            type: 'Healthy',
            status: 'False',
            message: 'Get "https://127.0.0.1:10257/healthz": dial tcp 127.0.0.1:10257: connect: connection refused',
          },
        ],
      ],
      ['etcd-0', [healthy]],
    ]);
    expect(warnings).toEqual(['v1 ComponentStatus is deprecated in v1.19+']);
  });

  it('can be asked for one by one, and only read', () => {
    expect(world.get(resource, 'etcd-0').conditions).toEqual([healthy]);
    expect(world.refused('object.get', { resource, name: 'nobody' })).toMatchObject({
      code: 500,
      message: 'Component not found: nobody',
    });
    expect(world.refused('object.delete', { resource, name: 'scheduler' }).code).toBe(405);
    expect(world.do('object.list', { resource, fieldSelector: 'metadata.name=scheduler' }).object.items).toHaveLength(
      1,
    );
  });
});
