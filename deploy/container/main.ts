/** `npm run image`: builds the images of Troupe and, where a nats-server is installed, of NATS, from local files alone. */

import { join } from 'node:path';
import { buildImage, ImageError, imageSize, tagImage } from './image.ts';
import { findProgram } from './image-files.ts';
import { natsRecipe, troupeRecipe } from './recipes.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function build(recipe: Parameters<typeof buildImage>[0]): void {
  const image = buildImage(recipe);
  const latest = `${recipe.name}:latest`;
  tagImage(image, latest);
  process.stdout.write(`${latest}  (${image}, ${Math.round(imageSize(image) / 1e6)} MB)\n`);
}

function hasNats(): boolean {
  try {
    findProgram('nats-server');
    return true;
  } catch {
    return false;
  }
}

try {
  build(troupeRecipe(root, join(root, 'dist')));
  if (hasNats()) build(natsRecipe());
  else process.stdout.write('there is no nats-server here to make an image of (Debian has it as nats-server)\n');
} catch (error) {
  if (!(error instanceof ImageError)) throw error;
  process.stderr.write(`${error.message}\n    fix: look whether \`docker info\` reaches a daemon\n`);
  process.exitCode = 1;
}
