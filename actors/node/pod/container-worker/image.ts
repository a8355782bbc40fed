/** How the worker gets its container's image: looked for, pulled, and pulled again after a back-off. */

import { formatDuration } from '../../../../protocol/flags.ts';
import type { CriRefused, ImageDescribe, ImageDescribed } from '../../../../protocol/messages/cri.ts';
import type { ImageObtain, ImageObtained } from '../../../../protocol/messages/pod-worker.ts';
import { backOffLeftMs, nextBackOff } from '../backoff.ts';
import { imageMove, withDefaultTag } from '../images.ts';
import { type Me, record, runtimeCall, specOf } from './memory.ts';

/** Asks whether the image is on the node. */
export function askImage(self: Me): void {
  const { memory } = self;
  const image = withDefaultTag(specOf(memory).image ?? '');
  self.request<ImageDescribe>(memory.input.place.runtime, 'image.describe', { image }, runtimeCall);
}

/** Decides what to do about the image. */
export function judgeImage(self: Me, event: ImageDescribed): void {
  const { memory } = self;
  const { image = '', imagePullPolicy } = specOf(memory);
  memory.imageId = event.body.imageId;
  switch (imageMove(image, imagePullPolicy, event.body.imageId !== '')) {
    case 'present':
      record(self, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
      self.raise({ type: 'image.ready' });
      return;
    case 'pull':
      self.raise({ type: 'image.missing' });
      return;
    case 'never': {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      record(self, 'Warning', 'ErrImageNeverPull', message);
      memory.waiting = { reason: 'ErrImageNeverPull', message };
      self.raise({ type: 'start.failed' });
    }
  }
}

/** Pulls the image. */
export function pullImage(self: Me): void {
  const { memory } = self;
  const image = specOf(memory).image ?? '';
  record(self, 'Normal', 'Pulling', `Pulling image "${image}"`);
  memory.pullingSince = self.monotonic();
  // However long it takes: the kubelet, in the same process, always answers.
  const options = { deadlineMs: 86_400_000 };
  self.request<ImageObtain>(memory.input.place.kubelet, 'image.obtain', { image: withDefaultTag(image) }, options);
}

/** Takes the image that was pulled. */
export function takeImage(self: Me, event: ImageObtained): void {
  const { imageId, sizeBytes, pullMs } = event.body;
  const waitedMs = self.monotonic() - self.memory.pullingSince;
  self.memory.imageId = imageId;
  const [took, whole] = [formatDuration(Math.round(pullMs)), formatDuration(Math.round(waitedMs))];
  const image = specOf(self.memory).image ?? '';
  record(
    self,
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${whole} including waiting). Image size: ${sizeBytes} bytes.`,
  );
}

/** Takes it that the image could not be pulled. */
export function failPull(self: Me, event: { body: Partial<CriRefused['body']> }): void {
  const { memory } = self;
  const { image = '' } = specOf(memory);
  const { code = 'ErrImagePull', message = 'context deadline exceeded' } = event.body;
  record(self, 'Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
  record(self, 'Warning', 'Failed', `Error: ${code}`);
  const known = memory.pull?.image === image ? memory.pull.entry : undefined;
  memory.pull = { image, entry: nextBackOff(known, self.monotonic()) };
  memory.waiting = { reason: code, message };
}

/** Shows that the next pull waits. */
export function showPullBackOff(self: Me): void {
  const message = `Back-off pulling image "${specOf(self.memory).image ?? ''}"`;
  record(self, 'Normal', 'BackOff', message);
  record(self, 'Warning', 'Failed', 'Error: ImagePullBackOff');
  self.memory.waiting = { reason: 'ImagePullBackOff', message };
}

/** Gives the ms until the image may be pulled again. */
export function pullLeftMs(self: Me): number {
  const entry = self.memory.pull?.entry;
  return backOffLeftMs(entry, entry?.lastUpdateMs ?? 0, self.monotonic());
}
