/** `/version`: which Kubernetes the API server is to its clients. */

import os from 'node:os';

/** The version whose API is served; kubectl warns of a client that is more than one minor version away. */
export const gitVersion = 'v1.30.0';

const platforms: Readonly<Record<string, string>> = { win32: 'windows' };
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Tells the version: the commit and date are those of the release whose API is served, the rest is of this process. */
export function serverVersion(): object {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '7c48c2bd72b9bf5c44d21d7338cc7bea77d0ad2a',
    gitTreeState: 'clean',
    buildDate: '2024-04-17T17:27:03Z',
    goVersion: 'go1.22.2',
    compiler: 'gc',
    platform: `${platforms[os.platform()] ?? os.platform()}/${architectures[os.arch()] ?? os.arch()}`,
  };
}
