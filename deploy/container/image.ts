/** Builds images from local files alone: no registry is asked, and what was built before is not built again. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ImageFile } from './image-files.ts';

/** What an image is to be. */
export interface Recipe {
  readonly name: string;
  /** Files that change together, what changes least first: a layer is kept for as long as none of its files changes. */
  readonly layers: readonly Layer[];
  /** Lines of a Dockerfile that come after the files. */
  readonly instructions: readonly string[];
}

/** Files that are copied in one go. */
export interface Layer {
  readonly files: readonly ImageFile[];
  /** As `chown` takes it; root unless told. */
  readonly owner?: string;
}

/** An image could not be built. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

/** Tells whether a Docker daemon answers. */
export function isDaemonThere(): boolean {
  return docker(['version', '--format', '{{.Server.Version}}']).status === 0;
}

/**
 * Builds an image unless there is one of the same content already; gives its name, whose tag is a hash of the content.
 *
 * @throws ImageError with what docker said
 */
export function buildImage(recipe: Recipe): string {
  const image = `${recipe.name}:${fingerprintOf(recipe)}`;
  if (docker(['image', 'inspect', image]).status === 0) return image;
  const context = mkdtempSync(join(tmpdir(), `${recipe.name}-image-`));
  try {
    for (const [i, layer] of recipe.layers.entries()) lay(layer, join(context, String(i)));
    writeFileSync(join(context, 'Dockerfile'), dockerfileOf(recipe));
    succeed(docker(['build', '--quiet', '--tag', image, context]));
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  return image;
}

/** Gives an image one more name. @throws ImageError */
export function tagImage(image: string, tag: string): void {
  succeed(docker(['tag', image, tag]));
}

/** Gives an image's size in bytes. @throws ImageError */
export function imageSize(image: string): number {
  return Number(succeed(docker(['image', 'inspect', '--format', '{{.Size}}', image])));
}

function dockerfileOf({ layers, instructions }: Recipe): string {
  const copies = layers.map(({ owner }, i) => `COPY ${owner === undefined ? '' : `--chown=${owner} `}${i}/ /`);
  return `${['FROM scratch', ...copies, ...instructions].join('\n')}\n`;
}

function fingerprintOf(recipe: Recipe): string {
  const hash = createHash('sha256').update(dockerfileOf(recipe));
  for (const [layer, { files }] of recipe.layers.entries()) {
    for (const file of files) {
      const { source, ...said } = file.kind === 'copy' ? file : { ...file, source: undefined };
      hash.update(`\n${layer} ${JSON.stringify(said)}\n`);
      if (source !== undefined) hash.update(readFileSync(source));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

function lay({ files }: Layer, folder: string): void {
  for (const file of files) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if (file.kind === 'link') symlinkSync(file.target, path);
    else {
      if (file.kind === 'folder') mkdirSync(path, { recursive: true });
      else if (file.kind === 'text') writeFileSync(path, file.text);
      else copyFileSync(file.source, path);
      chmodSync(path, file.mode);
    }
  }
}

function docker(words: string[]): SpawnSyncReturns<string> {
  return spawnSync('docker', words, { encoding: 'utf8', maxBuffer: 1 << 26 });
}

function succeed({ status, stdout, stderr, error }: SpawnSyncReturns<string>): string {
  if (status === 0) return stdout.trim();
  throw new ImageError(error === undefined ? stderr.trim() : `docker does not run: ${error.message}`);
}
