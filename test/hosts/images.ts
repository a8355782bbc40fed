/** The images that tests run: built from this checkout and this machine's programs, or those that the environment names. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../deploy/container/image.ts';
import { natsRecipe, troupeRecipe } from '../../deploy/container/recipes.ts';

const root = join(import.meta.dirname, '..', '..');
const known = new Map<string, string>();

/** The image of a NATS server: `NATS_IMAGE`, or what is installed here. */
export function natsImage(): string {
  return once('nats', () => process.env.NATS_IMAGE || buildImage(natsRecipe()));
}

/** The image of Troupe: `TROUPE_IMAGE`, or this checkout. */
export function troupeImage(): string {
  return once('troupe', () => process.env.TROUPE_IMAGE || buildCheckout());
}

function buildCheckout(): string {
  const dist = mkdtempSync(join(tmpdir(), 'troupe-dist-'));
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', dist];
    const { status, stdout } = spawnSync(tsc, project, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the build failed: ${stdout}`);
    return buildImage(troupeRecipe(root, dist));
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
}

function once(name: string, build: () => string): string {
  const image = known.get(name) ?? build();
  known.set(name, image);
  return image;
}
