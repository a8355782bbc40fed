/** How a request of each verb is gone through. */

import type { World } from './memory.ts';
import type { Answer, Pending, Step } from './pending.ts';

/** How a verb is gone through. Both read the world and the request, and write nothing but the request's own work. */
export interface Conversation {
  begin(world: World, pending: Pending): Step;
  resume(world: World, pending: Pending, answer: Answer): Step;
}
