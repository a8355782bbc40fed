/** The settings of leader election, which every component that can be one of several has. */

import { bool, duration, type FlagValues, text } from '../../../protocol/flags.ts';

/** Makes a component's `--leader-elect` flags; its Lease has the component's name. */
export function leaderElectionFlags(component: string) {
  return {
    'leader-elect': bool(true, 'Leads only while it holds the Lease, so that several can run.'),
    'leader-elect-lease-duration': duration(
      '15s',
      'How long others wait before they take over from a leader they hear nothing of.',
    ),
    'leader-elect-renew-deadline': duration('10s', 'How long a leader tries to renew before it stops leading.'),
    'leader-elect-retry-period': duration('2s', 'Between two tries to acquire or renew.'),
    'leader-elect-resource-name': text(component, 'The name of the Lease.'),
    'leader-elect-resource-namespace': text('kube-system', 'The namespace of the Lease.'),
  };
}

/** The settings of a component's leader election. */
export type LeaderElectionConfig = FlagValues<ReturnType<typeof leaderElectionFlags>>;
