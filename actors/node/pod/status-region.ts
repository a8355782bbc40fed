/** The part of the pod worker's statechart by which the API's view of the pod is kept up to date. */

/** An answer to this very conversation. */
const isOurs = { type: 'isAbout', params: { what: 'status' } } as const;

/**
 * The kubelet's status manager, for one pod: one patch at a time.
 *
 *   clean ─ changed ─► patching ─ done ─► checking ─► clean, or what changed meanwhile: patching
 *     └─ somebody else wrote it ─► waiting ◄─ refused, or no answer
 */
export const statusRegion = {
  initial: 'clean',
  on: { 'pod.gone': '.closed' },
  states: {
    clean: {
      on: {
        'status.changed': { guard: 'isStatusOwed', target: 'patching' },
        'status.seen': { guard: 'isStatusOwed', target: 'waiting' },
      },
    },
    patching: {
      entry: 'sendStatus',
      on: {
        'request.succeeded': { guard: isOurs, actions: 'takeStatus', target: 'checking' },
        'request.refused': { guard: isOurs, actions: 'refuseStatus', target: 'waiting' },
        'request.expired': { guard: isOurs, target: 'waiting' },
      },
    },
    /** More may have changed while the patch was on its way. */
    checking: {
      always: [
        { guard: 'isStatusNew', target: 'patching' },
        { guard: 'isStatusOwed', target: 'waiting' },
        { target: 'clean' },
      ],
    },
    /** Until the status manager's next round: someone else wrote it, or it could not be written. */
    waiting: { after: { statusRetry: 'retrying' } },
    retrying: { always: [{ guard: 'isStatusOwed', target: 'patching' }, { target: 'clean' }] },
    closed: { type: 'final' },
  },
} as const;
