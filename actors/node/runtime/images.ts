/** Images: which are on this node, and their pulls, a few at a time and never two of the same. */

import type { Message } from '../../../protocol/message.ts';
import type {
  CriRefused,
  ImageDescribe,
  ImageDescribed,
  ImagePull,
  ImagePulled,
} from '../../../protocol/messages/cri.ts';
import type { ImageFetch, ImageFetched, LayersFetch } from '../../../protocol/messages/registry.ts';
import { canonicalReference } from '../../client/registry/reference.ts';
import type { Image, Me, Pull } from './memory.ts';
import { type PullFailure, pullMessage } from './wording.ts';

const prefix = 'image/';

/** What a pull gave: the image, or why not. */
export type Pulled = Image | { message: string };

/** Reads which images are here. */
export function readImages({ memory, disk }: Me): void {
  for (const file of disk.files()) {
    if (file.startsWith(prefix)) memory.images.set(file.slice(prefix.length), disk.read(file)[0] as Image);
  }
}

/** Finds an image on this node. */
export function imageOf({ memory }: Me, image: string): Image | undefined {
  // A canonical reference is one of itself.
  return memory.images.get(image) ?? memory.images.get(canonicalReference(image));
}

/** Answers whether an image is here. */
export function describeImage(self: Me, event: ImageDescribe): void {
  const { image } = event.body;
  const { imageId, sizeBytes } = imageOf(self, image) ?? { imageId: '', sizeBytes: 0 };
  self.reply<ImageDescribed>(event, 'image.described', { image, imageId, sizeBytes });
}

/** Asks for a pull; the asker, a request or a sandbox, is told how it went. */
export function pull(self: Me, image: string, asker: Message | string): void {
  const { pulls } = self.memory;
  const key = canonicalReference(image);
  let one = pulls.get(key);
  if (one === undefined) {
    one = { image, phase: 'queued', askers: [], sandboxes: [], found: undefined };
    pulls.set(key, one);
  }
  if (typeof asker === 'string') one.sandboxes.push(asker);
  else one.askers.push(asker);
  startPulls(self);
}

/** Takes a kubelet's wish for an image. */
export function pullImage(self: Me, event: ImagePull): void {
  pull(self, event.body.image, event);
}

function startPulls(self: Me): void {
  const { pulls, input } = self.memory;
  let running = 0;
  for (const { phase } of pulls.values()) if (phase !== 'queued') running++;
  for (const [key, one] of pulls) {
    if (running >= input.config['max-concurrent-downloads']) return;
    if (one.phase !== 'queued') continue;
    running++;
    one.phase = 'resolving';
    const dialMs = input.config['dial-timeout'];
    // TCP sends again what is lost.
    const options = { deadlineMs: dialMs, retries: 3, retryMs: dialMs / 4, note: { pull: key } };
    self.request<ImageFetch>(input.registry, 'image.fetch', { image: one.image }, options);
  }
}

/** Takes what an image is; its layers are fetched unless they are here already. */
export function takeManifest(self: Me, event: ImageFetched): Finished | undefined {
  const { memory } = self;
  const { pull: key } = event.note as { pull: string };
  const one = memory.pulls.get(key);
  if (one === undefined) return undefined;
  const { digest: imageId, sizeBytes, transferMs, workload } = event.body;
  one.found = { image: one.image, imageId, sizeBytes, workload };
  const held = memory.images.get(key);
  if (held?.imageId === imageId) return finish(self, key, one, keep(self, key, one.found));
  one.phase = 'transferring';
  const stallMs = memory.input.config['image-pull-progress-timeout'];
  const again = { retries: 10, retryMs: transferMs + 5000 };
  const options = { deadlineMs: transferMs + stallMs, ...again, note: { pull: key } };
  self.request<LayersFetch>(memory.input.registry, 'layers.fetch', { image: one.image }, options);
  return undefined;
}

/** Takes it that the layers are here. */
export function takeLayers(self: Me, event: Message): Finished | undefined {
  const { pull: key } = event.note as { pull: string };
  const one = self.memory.pulls.get(key);
  return one?.found === undefined ? undefined : finish(self, key, one, keep(self, key, one.found));
}

function keep(self: Me, key: string, image: Image): Image {
  self.memory.images.set(key, image);
  self.disk.replace(prefix + key, [image]);
  self.disk.sync();
  return image;
}

/** Takes it that a pull failed. */
export function failPull(self: Me, note: unknown, failure: PullFailure): Finished | undefined {
  const { pull: key } = note as { pull: string };
  const one = self.memory.pulls.get(key);
  if (one === undefined) return undefined;
  const why = failure === 'timeout' && one.phase === 'transferring' ? 'stalled' : failure;
  return finish(self, key, one, { message: pullMessage(one.image, why) });
}

/** The sandboxes that waited for a pull, and what it gave. */
export interface Finished {
  sandboxes: readonly string[];
  pulled: Pulled;
}

function finish(self: Me, key: string, one: Pull, pulled: Pulled): Finished {
  self.memory.pulls.delete(key);
  for (const asker of one.askers) {
    if ('message' in pulled) self.reply<CriRefused>(asker, 'cri.refused', { code: 'ErrImagePull', ...pulled });
    else {
      const { image } = (asker as ImagePull).body;
      const { imageId, sizeBytes } = pulled;
      self.reply<ImagePulled>(asker, 'image.pulled', { image, imageId, sizeBytes });
    }
  }
  startPulls(self);
  return { sandboxes: one.sandboxes, pulled };
}
