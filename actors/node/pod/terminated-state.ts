/** The part of the pod worker's statechart in which nothing of the pod runs any more. */

const about = (what: string) => ({ type: 'isAbout', params: { what } }) as const;

/**
 * Its status is told, its object is deleted where that was asked for, and what is left of it on the node is cleared away:
 *
 *   settling ─► deleting ─► deleted ─► removing ─► gone
 *      ▲  └─────── gone from the API ─────┘▲
 *      └─ unanswered ◄─ refused            │
 *               └──── gone from the API ───┘
 */
export const terminatedState = {
  entry: 'noteTerminated',
  initial: 'settling',
  states: {
    settling: {
      always: [
        { guard: 'isVanished', target: 'removing' },
        { guard: 'mayDelete', target: 'deleting' },
      ],
    },
    deleting: {
      entry: 'deletePod',
      always: { guard: 'isVanished', target: 'removing' },
      on: {
        'request.succeeded': { guard: about('delete'), target: 'deleted' },
        'request.refused': { guard: about('delete'), actions: 'noteDeleted', target: 'unanswered' },
        'request.expired': { guard: about('delete'), target: 'unanswered' },
      },
    },
    unanswered: {
      always: { guard: 'isVanished', target: 'removing' },
      after: { statusRetry: 'settling' },
    },
    /** The API server has taken the word; finalizers may still hold the object. */
    deleted: { always: { guard: 'isVanished', target: 'removing' } },
    removing: {
      entry: 'removeSandboxes',
      always: { guard: 'isDeleted', target: '#pod.life.gone' },
      on: {
        'sandbox.removed': { actions: 'noteRemoved' },
        'cri.refused': { guard: about('removal'), actions: 'noteRemoved' },
        'request.expired': { guard: about('removal'), actions: 'noteRemoved' },
      },
    },
  },
} as const;
