/** The manifest folder of a node, from which its kubelet runs static pods (`--pod-manifest-path`). */

import type { Message } from '../message.ts';
import type { Pod } from '../objects.ts';

/** Writes a pod manifest into the folder, or over the one of that name. */
export type ManifestPlace = Message<'manifest.place', { file: string; manifest: Pod }>;
/** Takes a manifest out of the folder: its pod ends. */
export type ManifestRemove = Message<'manifest.remove', { file: string }>;
