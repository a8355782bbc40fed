/** The part of the kubelet's statechart by which its node is registered. */

/** An answer to this very conversation. */
const isOurs = { type: 'isAbout', params: { what: 'node' } } as const;

/**
 * How the kubelet makes its node known:
 *
 *   choosing ─► creating ─┬─ done ───────────────────────────► registered
 *        ▲  └───────────► └─ there already ─► adopting ─┬─ as it should be ──┘
 *        │                                              └─► updating ────────┘
 *        └── backingOff ◄── refused, or no answer
 */
export const registrationRegion = {
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: 'isRegistering', target: 'creating' }, { target: 'adopting' }] },
    creating: {
      entry: 'createNode',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'noteRegistered', target: 'registered' },
        'request.refused': [
          { guard: 'isAdopted', target: 'adopting' },
          { guard: isOurs, target: 'backingOff' },
        ],
        'request.expired': { guard: isOurs, target: 'backingOff' },
      },
    },
    adopting: {
      entry: 'askNode',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'judgeNode' },
        'request.refused': { guard: isOurs, target: 'backingOff' },
        'request.expired': { guard: isOurs, target: 'backingOff' },
        'node.differs': 'updating',
        'node.registered': 'registered',
      },
    },
    updating: {
      entry: 'updateNode',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'noteRegistered', target: 'registered' },
        'request.refused': { guard: isOurs, target: 'backingOff' },
        'request.expired': { guard: isOurs, target: 'backingOff' },
      },
    },
    backingOff: { entry: 'failRegistration', after: { registrationBackOff: 'choosing' } },
    registered: {},
  },
} as const;
