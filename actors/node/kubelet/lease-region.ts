/** The part of the kubelet's statechart by which it renews its lease. */

/** An answer to this very conversation. */
const isOurs = { type: 'isAbout', params: { what: 'lease' } } as const;

/**
 * How the kubelet shows that it lives:
 *
 *   unowned ─ the node is registered ─► reading ─► (creating) ─► resting ─ every 10 s ─► renewing ─► resting
 *                                          ▲                                                │
 *                                          └──────────────── backingOff ◄─ refused, or no answer
 */
export const leaseRegion = {
  initial: 'unowned',
  on: { 'lease.failed': '.backingOff' },
  states: {
    unowned: { on: { 'node.registered': 'reading' } },
    reading: {
      entry: 'askLease',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'takeLease', target: 'renewing' },
        'request.refused': { guard: isOurs, actions: 'missLease' },
        'request.expired': { guard: isOurs, target: 'backingOff' },
        'lease.missing': 'creating',
      },
    },
    creating: {
      entry: 'createLease',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'noteRenewed', target: 'resting' },
        'request.refused': { guard: isOurs, target: 'backingOff' },
        'request.expired': { guard: isOurs, target: 'backingOff' },
      },
    },
    renewing: {
      entry: 'renewLease',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'noteRenewed', target: 'resting' },
        'request.refused': { guard: isOurs, target: 'backingOff' },
        'request.expired': { guard: isOurs, target: 'backingOff' },
      },
    },
    resting: { after: { renewInterval: 'renewing' } },
    backingOff: { entry: 'failLease', after: { leaseBackOff: 'reading' } },
  },
} as const;
