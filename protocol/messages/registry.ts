/** The conversation with the image registry: what an image is, its layers, and outages. */

import type { Message } from '../message.ts';
import type { Workload } from '../workload.ts';

/** Resolves a reference to a manifest (HEAD and GET of `/v2/<name>/manifests/<tag>`). */
export type ImageFetch = Message<'image.fetch', { image: string }>;
export type ImageFetched = Message<
  'image.fetched',
  {
    image: string;
    /** `sha256:` and 64 hexadecimal digits. */
    digest: string;
    sizeBytes: number;
    /** ms the layers will take, as far as the registry can tell now. */
    transferMs: number;
    /** What the program in it does. */
    workload: Workload;
  }
>;
export type ImageUnavailable = Message<
  'image.unavailable',
  { image: string; code: 'not-found' | 'unauthorized' | 'unavailable' }
>;

/** Downloads an image's layers; answered when the last byte is through. */
export type LayersFetch = Message<'layers.fetch', { image: string }>;
export type LayersFetched = Message<'layers.fetched', { image: string }>;

/** A fault: the registry answers 503 (`unavailable`) or nothing at all (`silent`); downloads under way break off. */
export type RegistryFail = Message<'registry.fail', { how: 'unavailable' | 'silent' }>;
export type RegistryRecover = Message<'registry.recover', undefined>;
