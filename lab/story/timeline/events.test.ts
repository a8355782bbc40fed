import { expect, test } from 'vitest';
import type { KubernetesEvent } from '../../../protocol/objects.ts';
import { momentOf } from './events.ts';
import { Folder } from './fold.ts';

type Told = Partial<KubernetesEvent> & { about: string };

/** The lines that Events of one second are told in. */
function told(...events: Told[]): string[] {
  const lines: string[] = [];
  const folder = new Folder(({ text }) => lines.push(text));
  for (const { about, ...rest } of events) {
    const [kind, name = ''] = about.split('/') as [string, string];
    const event = { metadata: { name }, involvedObject: { kind, name }, type: 'Normal', ...rest } as KubernetesEvent;
    const moment = momentOf(event, 0);
    if (moment !== undefined) folder.take(moment);
  }
  folder.flush();
  return lines;
}

test('a Deployment scales its ReplicaSets up and down; from how many is what was told before', () => {
  const scaling = (about: string, message: string): Told => ({ about, reason: 'ScalingReplicaSet', message });
  expect(
    told(
      scaling('Deployment/web', 'Scaled up replica set web-76d788dbc8 to 3'),
      scaling('Deployment/db', 'Scaled up replica set db-857bf9b7cf to 1'),
      scaling('Deployment/web', 'Scaled up replica set web-5989f7c6 to 1 from 0'),
      scaling('Deployment/web', 'Scaled down replica set web-76d788dbc8 to 2 from 3'),
    ),
  ).toEqual([
    'scaled up rs/db-857bf9b7cf to 1, rs/web-76d788dbc8 to 3, -5989f7c6 to 1',
    'scaled down rs/web-76d788dbc8 to 2',
  ]);
});

test('an image that cannot be pulled is told once, with its reason; a reboot without its id', () => {
  const failed = (message: string): Told => ({ about: 'Pod/web', type: 'Warning', reason: 'Failed', message });
  expect(
    told(
      failed('Failed to pull image "web:2": not found'),
      failed('Error: ErrImagePull'),
      failed('Error: ImagePullBackOff'),
      failed('Error: context deadline exceeded'),
      {
        about: 'Node/node-1',
        type: 'Warning',
        reason: 'Rebooted',
        message: 'Node node-1 has been rebooted, boot id: 4e3c2768-c26f-6d3a-a297-38548ef62a92',
      },
    ),
  ).toEqual([
    'web: Failed: Failed to pull image "web:2": not found',
    'web: Failed: Error: context deadline exceeded',
    'node-1 has been rebooted',
  ]);
});

test('probes of several pods that fail alike are told in one line, without their addresses', () => {
  const failed = (name: string, message: string): Told => ({
    about: `Pod/${name}`,
    type: 'Warning',
    reason: 'Unhealthy',
    message,
  });
  const refused = (ip: string) =>
    `Readiness probe failed: Get "http://${ip}:80/healthz": dial tcp ${ip}:80: connect: connection refused`;
  expect(
    told(
      failed('web-a', refused('10.244.0.2')),
      failed('web-b', refused('10.244.1.2')),
      failed('web-a', 'Liveness probe failed: HTTP probe failed with statuscode: 500'),
      failed('web-b', 'Liveness probe failed: dial tcp 10.244.1.2:80: connect: connection refused'),
      failed('web-b', 'Liveness probe failed: cat: /tmp/healthy: No such file or directory'),
    ),
  ).toEqual([
    'web-a, -b: readiness probe failed: connect: connection refused',
    'web-a: liveness probe failed: HTTP probe failed with statuscode: 500',
    'web-b: liveness probe failed: connect: connection refused',
    'web-b: liveness probe failed: cat: /tmp/healthy: No such file or directory',
  ]);
});
