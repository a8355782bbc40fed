/** The settings of the image registry. */

import { defineFlags, duration, number } from '../../../protocol/flags.ts';

/** A registry has no Kubernetes flags; these are Troupe's own. */
export const flags = defineFlags({
  latency: duration('50ms', 'From a request to its first byte.'),
  'bandwidth-bytes-per-second': number(50_000_000, 'How fast one download goes.'),
  'default-image-bytes': number(50_000_000, 'The size of images whose entry gives none.'),
});
