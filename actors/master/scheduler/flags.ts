/** The settings of kube-scheduler, named as its own flags (and fields of its configuration). */

import { defineFlags, duration, type FlagValues, number, text } from '../../../protocol/flags.ts';
import { leaderElectionFlags } from '../../client-go/leader-election/flags.ts';

/** kube-scheduler's flags with Kubernetes's defaults. */
export const flags = defineFlags({
  ...leaderElectionFlags('kube-scheduler'),
  'kube-api-qps': number(50, 'Requests per second to the API server, past the burst.'),
  'kube-api-burst': number(100, 'Requests to the API server at once.'),
  'scheduler-name': text(
    'default-scheduler',
    "Pods with this spec.schedulerName are this scheduler's (profiles[0].schedulerName).",
  ),
  'pod-initial-backoff-seconds': number(
    1,
    'The back-off of a pod after its first failed attempt; it doubles with each.',
  ),
  'pod-max-backoff-seconds': number(10, 'The longest back-off of a pod.'),
  'pod-max-in-unschedulable-pods-duration': duration(
    '5m',
    'How long an unschedulable pod waits for an event that may help it.',
  ),
  'percentage-of-nodes-to-score': number(
    0,
    'How many of the nodes are looked for to fit, in per cent; 0: 50 down to 5, by cluster size.',
  ),
  'hard-pod-affinity-weight': number(1, "What an existing pod's required affinity counts for a pod that it asks for."),
});

/** kube-scheduler's settings. */
export type SchedulerConfig = FlagValues<typeof flags>;
