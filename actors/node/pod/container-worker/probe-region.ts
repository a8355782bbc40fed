/** The part of a container worker's statechart that one probe is: three of it run side by side. */

import type { ProbeKind } from '../probes.ts';

/**
 * Makes the region of a probe, which begins when `begins` was raised:
 *
 *   waiting ─► delaying ─► trying ─► judging ─► resting ─► trying ...
 *      └─ no such probe ─► off ◄── decided ────┘
 */
export function probeRegion<const Kind extends ProbeKind>(kind: Kind, begins: 'hook.passed' | 'startup.passed') {
  const params = { kind };
  const taken = {
    guard: { type: 'answersProbe', params },
    actions: { type: 'takeOutcome', params },
    target: 'judging',
  } as const;
  return {
    initial: 'waiting',
    states: {
      waiting: { on: { [begins]: [{ guard: { type: 'hasProbe', params }, target: 'delaying' }, { target: 'off' }] } },
      delaying: { after: { [`${kind}Delay`]: 'trying' } },
      trying: {
        entry: { type: 'tryProbe', params },
        on: {
          'container.execed': taken,
          'cri.refused': taken,
          'request.expired': taken,
          'packet.forward': taken,
        },
        after: { [`${kind}Timeout`]: { actions: { type: 'takeTimeout', params }, target: 'judging' } },
      },
      judging: {
        entry: { type: 'judgeProbe', params },
        always: [{ guard: { type: 'isDecided', params }, target: 'off' }, { target: 'resting' }],
      },
      resting: { after: { [`${kind}Period`]: 'trying' } },
      off: { entry: { type: 'settleProbe', params } },
    },
  } as const;
}
