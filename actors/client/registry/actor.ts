/** The image registry's behaviour: what it answers, and when. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import type { FlagValues } from '../../../protocol/flags.ts';
import type {
  ImageFetch,
  ImageFetched,
  ImageUnavailable,
  LayersFetch,
  LayersFetched,
  RegistryFail,
} from '../../../protocol/messages/registry.ts';
import type { ImageEntry } from '../../../protocol/workload.ts';
import { type DueHeap, earliestDue, makeDueHeap, setDue, takeDue } from '../../client-go/due-heap.ts';
import { findImage } from './catalogue.ts';
import type { flags } from './flags.ts';
import { machine } from './machine.ts';
import { canonicalReference, digestOf } from './reference.ts';

/** What a registry is born with. */
export interface RegistryInput {
  images: readonly ImageEntry[];
  config: FlagValues<typeof flags>;
}

/** What a registry knows. */
export interface RegistryMemory {
  input: RegistryInput;
  /** What was found for a reference; the catalogue never changes. */
  found: Map<string, ImageEntry>;
  /** Requests being answered, by a number as text; and when each is. */
  transfers: Map<string, ImageFetch | LayersFetch>;
  due: DueHeap;
  count: number;
}

type Me = Self<RegistryMemory>;

/** The registry that all nodes pull from. */
export const registry = defineActor<RegistryMemory, RegistryInput>({
  kind: 'registry',
  machine,
  memory: (input) => ({ input, found: new Map(), transfers: new Map(), due: makeDueHeap(), count: 0 }),
  behaviour: {
    actions: {
      addManifest: (self: Me, event: ImageFetch) => add(self, event, 0),
      addLayers: (self: Me, event: LayersFetch) => add(self, event, transferMs(self, event.body.image)),
      answerDue,
      breakTransfers: ({ memory }: Me) => {
        memory.transfers.clear();
        memory.due = makeDueHeap();
      },
      refuse: (self: Me, event: ImageFetch | LayersFetch) => unavailable(self, event, 'unavailable'),
    },
    guards: {
      isToBeSilent: (_self, event: RegistryFail) => event.body.how === 'silent',
      isNothingDue: ({ memory }) => memory.transfers.size === 0,
    },
    delays: { untilNextDue: (self) => Math.max(0, (earliestDue(self.memory.due) ?? 0) - self.monotonic()) },
  },
});

function imageOf({ memory }: Me, image: string): ImageEntry {
  const known = memory.found.get(image) ?? findImage(memory.input.images, image);
  memory.found.set(image, known);
  return known;
}

function sizeOf(self: Me, image: string): number {
  return imageOf(self, image).sizeBytes ?? self.memory.input.config['default-image-bytes'];
}

function transferMs(self: Me, image: string): number {
  return (sizeOf(self, image) / self.memory.input.config['bandwidth-bytes-per-second']) * 1000;
}

function add(self: Me, question: ImageFetch | LayersFetch, afterMs: number): void {
  const { memory } = self;
  memory.count += 1;
  const key = String(memory.count);
  memory.transfers.set(key, question);
  setDue(memory.due, key, self.monotonic() + memory.input.config.latency + afterMs);
  self.raise({ type: 'transfer.added' });
}

function answerDue(self: Me): void {
  const { memory } = self;
  for (
    let key = takeDue(memory.due, self.monotonic());
    key !== undefined;
    key = takeDue(memory.due, self.monotonic())
  ) {
    const question = memory.transfers.get(key);
    memory.transfers.delete(key);
    if (question !== undefined) answer(self, question);
  }
}

function answer(self: Me, question: ImageFetch | LayersFetch): void {
  const { image } = question.body;
  const { failure, workload = {} } = imageOf(self, image);
  if (failure !== undefined) unavailable(self, question, failure);
  else if (question.type === 'layers.fetch') self.reply<LayersFetched>(question, 'layers.fetched', { image });
  else {
    self.reply<ImageFetched>(question, 'image.fetched', {
      image,
      digest: digestOf(canonicalReference(image)),
      sizeBytes: sizeOf(self, image),
      transferMs: transferMs(self, image),
      workload,
    });
  }
}

function unavailable(self: Me, question: ImageFetch | LayersFetch, code: ImageUnavailable['body']['code']): void {
  self.reply<ImageUnavailable>(question, 'image.unavailable', { image: question.body.image, code });
}
