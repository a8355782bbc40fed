/** `npm run nats-users -- USERS.yaml FOLDER`: writes a NATS server's users, and a key for each that has none yet. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { parseUsers, UsersError, writeUsers } from './users.ts';

const [file, folder] = process.argv.slice(2);

/** Gives the public part of a user's key; what is in the folder stays as it is. */
function publicKeyOf(name: string, into: string): string {
  const path = join(into, `${encodeURIComponent(name)}.nk`);
  try {
    return nkeys.fromSeed(readFileSync(path)).getPublicKey();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new UsersError(`${path} holds no key of a user`);
  }
  const key = nkeys.createUser();
  writeFileSync(path, key.getSeed(), { mode: 0o600, flag: 'wx' });
  process.stdout.write(`${path}  for ${name}: troupe host --nats-nkey ${path}\n`);
  return key.getPublicKey();
}

try {
  if (file === undefined || folder === undefined)
    throw new UsersError('write: npm run nats-users -- USERS.yaml FOLDER');
  const users = parseUsers(readFileSync(file, 'utf8'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'users.conf');
  writeFileSync(
    path,
    writeUsers(users, (name) => publicKeyOf(name, folder)),
  );
  process.stdout.write(`${path}  for the server: ${users.length} users\n`);
} catch (error) {
  if (!(error instanceof UsersError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
