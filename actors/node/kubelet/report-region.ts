/** The part of the kubelet's statechart by which its node's status is posted. */

/** An answer to this very conversation. */
const isOurs = { type: 'isAbout', params: { what: 'status' } } as const;

/**
 * How the kubelet posts its node's status:
 *
 *   resting ─ every 10 s, or at the first readiness ─► deciding ─ something changed, or 5 min passed ─► posting ─► resting
 *                                                                                         ▲             │
 *                                                                                         └─ unposted ◄─┘ up to five times
 */
export const reportRegion = {
  initial: 'resting',
  on: { 'node.readied': '.deciding' },
  states: {
    resting: { after: { statusFrequency: 'deciding' } },
    deciding: {
      entry: 'decideReport',
      always: [{ guard: 'isReportOwed', target: 'posting' }, { target: 'resting' }],
    },
    posting: {
      entry: 'postStatus',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'notePosted', target: 'resting' },
        'request.refused': { guard: isOurs, actions: 'noteUnposted', target: 'unposted' },
        'request.expired': { guard: isOurs, actions: 'noteUnposted', target: 'unposted' },
      },
    },
    /** As nodeStatusUpdateRetry: five times, then again with the next computation. */
    unposted: { always: [{ guard: 'mayPostAgain', target: 'posting' }, { target: 'resting' }] },
  },
} as const;
