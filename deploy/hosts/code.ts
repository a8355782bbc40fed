/**
 * Which code this process runs, to keep hosts of different code apart: they would say other things by the same names.
 *
 * The fingerprint is a hash over the files of `protocol/`, `actors/`, `engine/` and `deploy/` that run (what makes the actors
 * and what they say to each other; the doors and the commands do not), and over the exact versions of the packages in
 * package.json. Tests are no part of it. Built and unbuilt code differ, as do two checkouts of different commits.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Code } from './document.ts';

const layers = ['protocol', 'actors', 'engine', 'deploy'];
const runs = /(?<!\.test|\.d)\.(ts|js)$/;
/** Hexadecimal digits: enough that two of a project's commits differ. */
const digits = 12;

let known: Code | undefined;

/** The code of this process; read once. `version` is what people call it. */
export function codeOf(version: string): Code {
  known ??= { version, fingerprint: fingerprintOf(dirname(dirname(dirname(fileURLToPath(import.meta.url))))) };
  return known;
}

/** The fingerprint of the code in a folder that holds the layers. */
export function fingerprintOf(folder: string): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(packagesOf(folder)));
  for (const file of layers.flatMap((layer) => filesIn(join(folder, layer))).sort()) {
    hash.update(`\n${relative(folder, file)}\n`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, digits);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : filesIn(path);
    return runs.test(entry.name) ? [path] : [];
  });
}

/** The packages that the nearest package.json names: it lies one folder higher when built. */
function packagesOf(folder: string): unknown {
  for (const place of [folder, dirname(folder)]) {
    try {
      return (JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Record<string, unknown>).dependencies;
    } catch {
      // The next one.
    }
  }
  return undefined;
}
