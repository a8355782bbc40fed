/** The Docker daemon, as testcontainers found it. */

import { getContainerRuntimeClient } from 'testcontainers';

type Client = Awaited<ReturnType<typeof getContainerRuntimeClient>>;

/** The daemon's API. */
export type Docker = Client['container']['dockerode'];
export type DockerContainer = ReturnType<Docker['getContainer']>;
export type DockerNetwork = ReturnType<Docker['getNetwork']>;

// Its image would come from a registry; sweeper.mjs does what it does.
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

/** Finds the daemon. @throws Error when none answers */
export async function findDocker(): Promise<Docker> {
  return (await getContainerRuntimeClient()).container.dockerode;
}
