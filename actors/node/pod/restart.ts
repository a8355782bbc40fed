/** What becomes of a container next: whether it is started, restarted, waited for, adopted, or has finished. */

import type { RuntimeContainerStatus } from '../../../protocol/messages/cri.ts';
import type { ContainerWorkerInput } from '../../../protocol/messages/pod-worker.ts';

/** What the decision is made from. */
export interface RestartFacts {
  role: ContainerWorkerInput['role'];
  restartPolicy: string;
  /** The newest container of this name that the runtime knows. */
  latest: RuntimeContainerStatus | undefined;
  /** The sandbox the pod has now. */
  sandboxId: string;
  /** How long a container that ended still has to wait. */
  backOffLeftMs: number;
}

/** `adopt`: it runs already; `wait`: the back-off is not over; `finish`: policy says it is done. */
export type NextMove = 'start' | 'adopt' | 'wait' | 'finish';

/** Decides as the kubelet's computePodActions and doBackOff. */
export function nextMove(facts: RestartFacts): NextMove {
  const { latest, sandboxId } = facts;
  if (latest === undefined) return 'start';
  if (latest.state === 'running' && latest.sandboxId === sandboxId) return 'adopt';
  if (latest.state === 'exited' && !isRestarted(facts, latest)) return 'finish';
  return latest.state === 'exited' && facts.backOffLeftMs > 0 ? 'wait' : 'start';
}

function isRestarted({ role, restartPolicy, sandboxId }: RestartFacts, exited: RuntimeContainerStatus): boolean {
  const inThisSandbox = exited.sandboxId === sandboxId;
  if (role === 'sidecar') return true;
  // In a new sandbox everything begins again: init containers too; only what had succeeded under OnFailure stays so.
  if (role === 'init') return !inThisSandbox || (exited.exitCode !== 0 && restartPolicy !== 'Never');
  if (restartPolicy === 'Always') return true;
  if (exited.exitCode === 0) return false;
  return restartPolicy === 'OnFailure';
}
