/** The files that people start Troupe with are right: for the programs that read them, and for Troupe's own command line. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { afterAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { host } from '../cli/host.ts';
import { up } from '../cli/up.ts';
import { parseUsers, writeUsers } from '../deploy/nats/users.ts';

const deploy = join(import.meta.dirname, '..', 'deploy');
const scratch = mkdtempSync(join(tmpdir(), 'troupe-deploy-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const isThere = (program: string, asks = '--version') => spawnSync(program, [asks]).status === 0;

/** Runs a program that must succeed and have nothing to complain of; gives what it prints. */
function run(program: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  expect(status, `${program} ${words.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
}

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(deploy, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(deploy, folder, name));

test.skipIf(!isThere('docker-compose', 'version'))('docker-compose reads the compose file', () => {
  const { services } = parse(run('docker-compose', '-f', ...filesIn('compose', '.yaml'), 'config'));
  const names = ['control-1', 'control-2', 'control-3', 'nats-1', 'nats-2', 'nats-3', 'nodes'];
  expect(Object.keys(services).sort()).toEqual(names);
});

test.skipIf(!isThere('systemd-analyze')).each(filesIn('systemd', '.service'))(
  'systemd finds no fault with %s',
  (file) => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  },
);

test.skipIf(!isThere('nats-server') || !isThere('openssl', 'version'))('a NATS server reads its configuration', () => {
  run(join(deploy, 'nats', 'certificates.sh'), scratch, 'server,10.0.0.1,nats.example.com');
  const config = readFileSync(join(deploy, 'nats', 'nats-server.conf'), 'utf8');
  writeFileSync(join(scratch, 'nats-server.conf'), config.replaceAll('/etc/nats', scratch));
  const users = parseUsers(readFileSync(join(deploy, 'nats', 'users.yaml'), 'utf8'));
  expect(users.map(({ name }) => name)).toContain('workers-2');
  writeFileSync(
    join(scratch, 'users.conf'),
    writeUsers(users, () => nkeys.createUser().getPublicKey()),
  );
  run('nats-server', '-t', '-c', join(scratch, 'nats-server.conf'));
});

/** Every command line of Troupe's in these files, as words. */
function commandLines(): [where: string, words: string[]][] {
  const found: [string, string[]][] = [];
  for (const [service, { command, image }] of Object.entries(servicesOf(filesIn('compose', '.yaml')[0] ?? ''))) {
    if (image.includes('troupe')) found.push([`compose ${service}`, command]);
  }
  for (const file of filesIn('systemd', '.env')) {
    const [, line = ''] = /^TROUPE=(.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    found.push([file, line.split(' ')]);
  }
  for (const document of filesIn('kubernetes', '.yaml').flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')),
  )) {
    const { kind, metadata, spec } = document.toJS();
    if (kind !== 'StatefulSet') continue;
    const [{ image, args }] = spec.template.spec.containers;
    if (image.startsWith('troupe')) found.push([`kubernetes ${metadata.name}`, args]);
  }
  return found;
}

function servicesOf(file: string): Record<string, { command: string[]; image: string }> {
  return parse(readFileSync(file, 'utf8'), { merge: true }).services;
}

test('there are command lines of each kind', () => {
  expect(commandLines().map(([where]) => where.replace(/.*\//, ''))).toEqual([
    ...['compose control-1', 'compose control-2', 'compose control-3', 'compose nodes'],
    ...['control.env', 'workers.env', 'kubernetes troupe-control', 'kubernetes troupe-workers'],
  ]);
});

test.each(commandLines())('%s says what troupe understands', (_where, words) => {
  const [command, ...rest] = words;
  const args = Object.keys((command === 'up' ? up : host).args ?? {});
  expect(['up', 'host']).toContain(command);
  const options = rest.filter((word) => word.startsWith('--')).map((word) => word.slice(2).replace(/=.*/, ''));
  expect(options.length).toBeGreaterThan(0);
  expect(args).toEqual(expect.arrayContaining(options));
});
