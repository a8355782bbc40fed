/** Asking a component of the control plane whether it is well: what `/healthz` is to the real ones. */

import type { Message } from '../message.ts';

export type HealthCheck = Message<'health.check', undefined>;
/** It is there and works; one that is not does not answer. */
export type HealthReported = Message<'health.reported', undefined>;
