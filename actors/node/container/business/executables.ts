/** Which programs an image has: those every image is taken to have, and its own. */

import type { ContainerConfig } from '../../../../protocol/messages/cri.ts';
import { isFile } from './command.ts';
import type { Me } from './memory.ts';

/** Tells whether a program is the image's own: the one its container runs, or a tool that bears the image's name. */
export function hasOwnProgram({ image, command, args }: ContainerConfig, name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const repository = image.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '');
  return base === (command?.[0] ?? args?.[0]) || name === command?.[0] || isToolOf(repository, base);
}

function isToolOf(repository: string, name: string): boolean {
  const [family = ''] = repository.split(/[-_.]/);
  return family.length > 1 && (name.startsWith(family) || (family === 'postgres' && /^(psql|pg_)/.test(name)));
}

/** Says why a command cannot be run, in the words of the OCI runtime (runc) as containerd passes them on. */
export function cannotRun(self: Me, command: readonly string[]): { exitCode: number; message: string } | undefined {
  const [name = ''] = command;
  if (isFile(name) || hasOwnProgram(self.memory.input.config, name)) return undefined;
  const isPath = name.includes('/');
  const why = isPath ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH';
  const id = execId(self);
  return {
    exitCode: isPath ? 127 : 126,
    message:
      `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: ` +
      `unable to start container process: exec: "${name}": ${why}: unknown`,
  };
}

/** Makes the id of an exec as containerd does: 64 hexadecimal digits. */
function execId(self: Me): string {
  let id = '';
  while (id.length < 64)
    id += Math.floor(self.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return id;
}
