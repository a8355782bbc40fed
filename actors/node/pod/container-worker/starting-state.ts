/** The part of a container worker's statechart in which the container is brought up. */

import type { StartFailure } from './start.ts';

const fails = (reason: StartFailure) => ({ actions: { type: 'fail', params: { reason } } }) as const;
const report = (stage: 'starting' | 'blocked') => ({ type: 'report', params: { stage } }) as const;

/**
 * From its image to its process:
 *
 *   inspecting ─► (pulling) ─► gathering ─► creating ─► launching ─► running
 *        ▲           │                         │           │
 *        │           ▼                         ▼           ▼
 *   pullBackOff ◄─ pullFailed                failed: tried again by the next sync
 */
export const startingState = {
  entry: ['beginAttempt', report('starting')],
  initial: 'inspecting',
  on: { 'start.failed': '.failed' },
  states: {
    inspecting: {
      entry: 'askImage',
      on: {
        'image.described': { actions: 'judgeImage' },
        'image.ready': 'gathering',
        'image.missing': 'pulling',
        'cri.refused': fails('ImageInspectError'),
        'request.expired': fails('ImageInspectError'),
      },
    },
    pulling: {
      entry: 'pullImage',
      on: {
        'image.obtained': { actions: 'takeImage', target: 'gathering' },
        'cri.refused': { actions: 'failPull', target: 'pullFailed' },
        'request.expired': { actions: 'failPull', target: 'pullFailed' },
      },
    },
    pullFailed: { entry: report('blocked'), after: { syncPeriod: 'pullBackOff' } },
    pullBackOff: { entry: ['showPullBackOff', report('blocked')], after: { pullBackOff: 'inspecting' } },
    gathering: {
      entry: 'gather',
      on: {
        'request.succeeded': { actions: 'takeSource' },
        'request.refused': { actions: 'missSource' },
        'request.expired': { actions: 'missSource' },
        'variables.given': { actions: 'takeServices' },
        'environment.ready': 'creating',
      },
    },
    creating: {
      entry: 'create',
      on: {
        'container.created': { actions: 'noteCreated', target: 'launching' },
        'cri.refused': fails('CreateContainerError'),
        'request.expired': fails('CreateContainerError'),
      },
    },
    launching: {
      entry: 'start',
      on: {
        'container.started': { actions: 'noteStarted', target: '#container-worker.running' },
        'cri.refused': fails('RunContainerError'),
        'request.expired': fails('RunContainerError'),
      },
    },
    failed: { entry: ['showFailure', report('blocked')], after: { retryPeriod: '#container-worker.deciding' } },
  },
} as const;
