/** Which cluster `troupe fault` is for: the one that runs here, or one of several hosts over NATS. */

import type { ArgsDef } from 'citty';
import type { FaultHosts } from '../../deploy/faults/hosts.ts';
import type { FaultAnswer } from '../../deploy/faults/requests.ts';
import { localHost } from '../../deploy/faults/roster.ts';
import { askControl } from '../../deploy/live/control.ts';
import { InputError } from '../../lab/story/input-error.ts';
import { theRun } from '../live/find-runs.ts';
import type { Given } from './verbs.ts';

/** The options that say it. */
export const clusterArgs = {
  'data-dir': { type: 'string', description: 'The folder with the data of the cluster here', valueHint: 'DIR' },
} as const satisfies ArgsDef;

/** The hosts of a cluster, and what lets go of them. */
export interface Reach {
  readonly hosts: FaultHosts;
  close(): Promise<void>;
}

/** Finds the cluster that is meant. @throws InputError where there is none, or it cannot be reached */
export async function reachHosts(args: Given): Promise<Reach> {
  const dataDir = args['data-dir'];
  const run = theRun(typeof dataDir === 'string' ? dataDir : undefined, 'troupe fault');
  if (run === undefined) {
    const fix = 'start one with troupe up';
    throw new InputError([{ file: 'troupe fault', what: 'no cluster runs here', fix }]);
  }
  const hosts: FaultHosts = {
    cluster: run.server,
    names: async () => [localHost],
    ask: async (_host, request) => {
      const answer = (await askControl(run.control, request)) as FaultAnswer | { error: string } | undefined;
      if (answer !== undefined && 'error' in answer) throw new Error(answer.error);
      return answer;
    },
  };
  return { hosts, close: async () => {} };
}
