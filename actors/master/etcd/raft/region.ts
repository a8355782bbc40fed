/**
 * The role of a member in its Raft group, as a region of its statechart (Raft, Figure 4; pre-vote: thesis §9.6).
 *
 *                 ┌────────── lost, or a leader is heard ────────────┐
 *                 ▼                                                  │
 *            follower ── hears no leader ──► preCandidate ── won ──► candidate ── won ──► leader
 *                 ▲                              ▲  │ ▲                 │                   │
 *                 │                              └──┘ └─── no result ───┘                   │
 *                 └─────────────── a later term, or no majority answers ────────────────────┘
 *
 * The only voter stands for election at once, and asks nobody first.
 */

/** The region, to be put into a parallel state of a chart whose id is `etcd`. */
export const raftRegion = {
  initial: 'follower',
  on: {
    'raft.vote': { actions: 'answerVote' },
    'raft.append': { actions: 'takeAppend' },
    'raft.heartbeat': { actions: 'hearHeartbeat' },
    'raft.snapshot': { actions: 'installSnapshot' },
    'term.passed': { target: '.follower' },
  },
  states: {
    follower: {
      entry: 'beginPatience',
      always: { guard: 'isAlone', target: 'candidate' },
      on: {
        'raft.timeout-now': { actions: 'takeTransfer' },
        'leadership.offered': { target: 'candidate' },
      },
      after: {
        untilImpatient: [
          { guard: 'hasHeard', target: 'follower', reenter: true },
          { guard: 'isVoter', target: 'preCandidate' },
          { target: 'follower', reenter: true, actions: 'loseLeader' },
        ],
      },
    },
    preCandidate: {
      entry: 'askPreVotes',
      on: {
        'raft.voted': { actions: 'countPreVote' },
        'election.won': { target: 'candidate' },
        'election.lost': { target: 'follower' },
        'leader.heard': { target: 'follower' },
      },
      after: { electionTimeout: { target: 'preCandidate', reenter: true } },
    },
    candidate: {
      entry: 'askVotes',
      on: {
        'raft.voted': { actions: 'countVote' },
        'election.won': { target: 'leader' },
        'election.lost': { target: 'follower' },
        'leader.heard': { target: 'follower' },
      },
      // The only voter's own vote decides, as soon as it is durable.
      after: { electionTimeout: [{ guard: 'isAlone' }, { target: 'preCandidate' }] },
    },
    leader: {
      entry: 'lead',
      exit: 'stepDown',
      initial: 'unset',
      on: {
        'raft.appended': { actions: 'hearAppended' },
        'raft.heard': { actions: 'hearHeard' },
        'raft.propose': { actions: 'takeProposal' },
        'raft.read': { actions: 'takeRead' },
        'leader.heard': { target: 'follower' },
        'quorum.lost': { target: 'follower' },
        'members.changed': { target: '.unset' },
      },
      states: {
        unset: { always: [{ guard: 'hasNoPeers', target: 'alone' }, { target: 'followed' }] },
        alone: {},
        followed: {
          type: 'parallel',
          states: {
            heartbeat: {
              initial: 'beating',
              states: {
                beating: {
                  after: { heartbeatInterval: { target: 'beating', reenter: true, actions: 'sendHeartbeats' } },
                },
              },
            },
            quorum: {
              initial: 'counting',
              states: {
                counting: {
                  after: { quorumInterval: { target: 'counting', reenter: true, actions: 'lookForQuorum' } },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
