/** How a component of which several may run comes to lead: by a child that stands for election in its name. */

import type { Self } from '../../../protocol/actor.ts';
import type { LeaderElectionInput } from '../../../protocol/messages/informer.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { makeUid } from '../../../protocol/uid.ts';
import type { LeaderElectionConfig } from './flags.ts';

/** Who stands for election. */
export interface Candidacy {
  /** The component's name, by which the Lease's holder is told; its process's own index and a uid follow. */
  component: string;
  /** `source.component` of the events about it. */
  reporter: string;
  apiserver: string;
  config: LeaderElectionConfig;
}

/** Starts the child that stands for election, unless the component leads alone (`--leader-elect=false`). */
export function standForElection(
  self: Pick<Self, 'address' | 'random' | 'spawn'>,
  { component, reporter, apiserver, config }: Candidacy,
): void {
  if (!config['leader-elect']) return;
  const index = self.address.slice(self.address.lastIndexOf('.') + 1);
  const input: LeaderElectionInput = {
    apiserver,
    namespace: config['leader-elect-resource-namespace'],
    name: config['leader-elect-resource-name'],
    identity: `${component}-${index}_${makeUid(() => self.random())}`,
    component: reporter,
    leaseDurationMs: config['leader-elect-lease-duration'],
    renewDeadlineMs: config['leader-elect-renew-deadline'],
    retryPeriodMs: config['leader-elect-retry-period'],
  };
  self.spawn(electionAddress(self), 'leader-election', input);
}

/** Ends the child that stood for election. */
export function leaveElection(self: Pick<Self, 'address' | 'stop'>): void {
  self.stop(electionAddress(self));
}

function electionAddress({ address }: Pick<Self, 'address'>): string {
  return childAddress(address, 'leader-election');
}
