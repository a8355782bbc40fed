/**
 * Removes containers, volumes and networks of a label once its parent has ended, however that ended: the pipe to its
 * input ends. It stands in for testcontainers' own reaper, whose image comes from a registry.
 */

import { spawnSync } from 'node:child_process';

const label = process.argv[2];

function docker(...words) {
  return spawnSync('docker', words, { encoding: 'utf8' }).stdout ?? '';
}

/** What has the label, by id or name. */
function labelled(...words) {
  return docker(...words, '--quiet', '--filter', `label=${label}`)
    .split('\n')
    .filter((id) => id !== '');
}

function sweep() {
  const containers = labelled('container', 'ls', '--all');
  if (containers.length > 0) docker('container', 'rm', '--force', '--volumes', ...containers);
  const volumes = labelled('volume', 'ls');
  if (volumes.length > 0) docker('volume', 'rm', '--force', ...volumes);
  const networks = labelled('network', 'ls');
  if (networks.length > 0) docker('network', 'rm', ...networks);
}

process.stdin.resume();
process.stdin.once('end', sweep);
