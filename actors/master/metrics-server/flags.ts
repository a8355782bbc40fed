/** The settings of metrics-server, named after its flags. */

import { defineFlags, duration, type FlagValues } from '../../../protocol/flags.ts';

/** The settings of metrics-server. */
export const flags = defineFlags({
  'metric-resolution': duration('15s', 'how often the kubelets are asked'),
  'kubelet-request-timeout': duration('10s', 'how long a kubelet may take to answer'),
});

/** Their values. */
export type MetricsServerConfig = FlagValues<typeof flags>;
