/** What a pod's containers find: variables and volumes. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('environment', () => {
  const containers = [
    {
      name: 'web',
      image: 'nginx:1',
      env: [
        { name: 'PLAIN', value: 'at $(KUBERNETES_SERVICE_HOST)' },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
        { name: 'MAYBE', valueFrom: { configMapKeyRef: { name: 'none', key: 'x', optional: true } } },
      ],
    },
  ];

  test('literal values, the downward API, Secrets and Services', () => {
    const play = playOf(makePod({ containers }), {}, (one) => {
      one.secrets = { db: { password: 'aHVudGVyMg==' } };
    });
    expect(play.made[0]?.env).toEqual({
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      PLAIN: 'at 10.96.0.1',
      IP: '10.244.1.5',
      PASSWORD: 'hunter2',
    });
  });

  test('a Secret that is missing holds the container back until it is there', () => {
    const play = playOf(makePod({ containers }));
    expect(play.container('web')?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'secret "db" not found',
    });
    expect(play.events).toContain('Failed: Error: secret "db" not found');
    play.secrets = { db: { password: 'aHVudGVyMg==' } };
    play.pass(16_000);
    expect(play.api?.status?.phase).toBe('Running');
  });

  test('a volume of a ConfigMap that is missing holds the whole pod back', () => {
    const volumes = [{ name: 'conf', configMap: { name: 'settings' } }];
    const play = playOf(makePod({ volumes }));
    expect(play.events).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "conf" : configmap "settings" not found',
    ]);
    expect(play.sandboxes.size).toBe(0);
    play.secrets = { settings: { mode: 'fast' } };
    play.pass(1000);
    expect(play.api?.status?.phase).toBe('Running');
  });
});
