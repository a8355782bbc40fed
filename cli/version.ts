/** The version of this Troupe. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Reads the version from the nearest package.json above this file: it lies one folder deeper when built. */
export function version(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const found = versionIn(folder);
    if (found !== undefined) return found;
    const above = dirname(folder);
    if (above === folder) return 'unknown';
    folder = above;
  }
}

function versionIn(folder: string): string | undefined {
  try {
    const { name, version: number } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    return name === 'troupe' ? number : undefined;
  } catch {
    return undefined;
  }
}
