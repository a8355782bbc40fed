/** The images of Troupe and of a NATS server, of what is installed on this machine. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layer, Recipe } from './image.ts';
import { copyOf, findProgram, folderFiles, type ImageFile, programFiles, textFile } from './image-files.ts';

/** The user that Troupe runs as; it owns `/data`. */
const user = '1000:1000';
/** What a running program never reads. */
const isForAuthors = (name: string) => /\.(map|d\.[cm]?ts|md|markdown|flow)$|^\.(bin|package-lock\.json)$/.test(name);

/**
 * Troupe: this Node, what is compiled, and the packages it needs to run.
 *
 * @param root a checkout with its packages installed
 * @param dist what `npm run build` makes of it
 */
export function troupeRecipe(root: string, dist: string): Recipe {
  const program = '/opt/troupe/dist/cli/main.js';
  const own = { files: [...homeFiles(), { path: 'data', kind: 'folder', mode: 0o755 }], owner: user } as const;
  const runtime = { files: distinct([...systemFiles(), ...nodeFiles(program)]) };
  const experiments = folderFiles(join(root, 'experiments'), 'opt/troupe/experiments', () => false);
  const code = folderFiles(dist, 'opt/troupe/dist', isForAuthors).map((file) =>
    // What npm does to a package's programs when it installs them.
    `/${file.path}` === program && file.kind === 'copy' ? { ...file, mode: 0o755 } : file,
  );
  const about = ['package.json', 'LICENSE'].map((name) => copyOf(join(root, name), `opt/troupe/${name}`));
  return {
    name: 'troupe',
    layers: [runtime, own, { files: packageFiles(root) }, { files: [...about, ...experiments, ...code] }],
    instructions: [
      'ENV NODE_ENV=production HOME=/home/troupe',
      `USER ${user}`,
      'WORKDIR /data',
      'ENTRYPOINT ["troupe"]',
      'CMD ["--help"]',
    ],
  };
}

/** A NATS server: the program that is installed here, with nothing set. */
export function natsRecipe(): Recipe {
  const server = programFiles(findProgram('nats-server'), 'usr/local/bin/nats-server');
  const data: Layer = { files: [{ path: 'data', kind: 'folder', mode: 0o755 }] };
  return {
    name: 'troupe-nats',
    layers: [{ files: distinct([...systemFiles(), ...server]) }, data],
    instructions: ['EXPOSE 4222 6222 8222', 'ENTRYPOINT ["nats-server"]'],
  };
}

/** What every program may ask its system for. */
function systemFiles(): ImageFile[] {
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  return [
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
    textFile('etc/passwd', 'root:x:0:0:root:/:', `troupe:x:${user}::/home/troupe:`),
    textFile('etc/group', 'root:x:0:', 'troupe:x:1000:'),
    // Without it glibc asks DNS first for what stands in /etc/hosts.
    textFile('etc/nsswitch.conf', 'hosts: files dns'),
    ...(existsSync(authorities) ? [copyOf(authorities, authorities.slice(1))] : []),
  ];
}

/** `.local/state` is where a running Troupe says where it is. */
function homeFiles(): ImageFile[] {
  return [{ path: 'home/troupe/.local/state', kind: 'folder', mode: 0o755 }];
}

/** Node under its own name, and Troupe under its own: `env` finds the first for the second. */
function nodeFiles(program: string): ImageFile[] {
  return [
    ...programFiles(process.execPath, 'usr/local/bin/node'),
    ...programFiles(findProgram('env'), 'usr/bin/env'),
    { path: 'usr/local/bin/troupe', kind: 'link', target: program },
  ];
}

interface LockFile {
  packages: Record<string, { dev?: boolean }>;
}

/** The packages that the lock file wants where nobody develops; what is for another kind of machine is not here. */
function packageFiles(root: string): ImageFile[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true && existsSync(join(root, path)))
    .flatMap(([path]) =>
      // Packages inside a package are listed by themselves.
      folderFiles(join(root, path), `opt/troupe/${path}`, (name) => name === 'node_modules' || isForAuthors(name)),
    );
}

/** Programs share libraries. */
function distinct(files: readonly ImageFile[]): ImageFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
