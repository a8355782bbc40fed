/** Whether a pod whose sandbox is gone gets another one. */

import type { PodSpec } from '../../../protocol/objects.ts';
import type { Report } from './progress.ts';

/**
 * Decides as kubelet's computePodActions: a pod that is never restarted, or whose work is done, comes to its end instead. One
 * that never had a container has lost nothing yet.
 */
export function getsAnotherSandbox(spec: PodSpec, reports: ReadonlyMap<string, Report>): boolean {
  if (![...reports.values()].some(({ status }) => status.containerID !== undefined)) return true;
  if (spec.restartPolicy === 'Never') return false;
  const hasSucceeded = ({ name }: { name: string }) => reports.get(name)?.status.state?.terminated?.exitCode === 0;
  return spec.restartPolicy !== 'OnFailure' || !spec.containers.every(hasSucceeded);
}
