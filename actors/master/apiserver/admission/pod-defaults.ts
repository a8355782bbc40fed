/** What admission adds to a new pod: tolerations of lost nodes, a priority. */

import { copyWith } from '../../../../protocol/copy.ts';
import type { Pod, PodSpec, Status, Toleration } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

/** Adds tolerations that keep a pod on a lost node for a while (DefaultTolerationSeconds). */
export function addTolerations(pod: Pod, notReadySeconds: number, unreachableSeconds: number): Pod {
  const tolerations = pod.spec.tolerations ?? [];
  const added = [
    ...tolerating(tolerations, notReady, notReadySeconds),
    ...tolerating(tolerations, unreachable, unreachableSeconds),
  ];
  return added.length === 0 ? pod : withSpec(pod, { tolerations: [...tolerations, ...added] });
}

function tolerating(tolerations: readonly Toleration[], key: string, seconds: number): Toleration[] {
  const isTolerated = tolerations.some(
    (given) => (!given.key || given.key === key) && (!given.effect || given.effect === 'NoExecute'),
  );
  return isTolerated ? [] : [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }];
}

/** Tells whether a pod only shows the API server one that a kubelet runs by itself. */
export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}

/** What a PriorityClass says. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy?: string;
}

/** Resolves the priority class of a pod to a number (Priority): the class it names, or else the global default. */
export function addPriority(pod: Pod, chosen: PriorityClass | undefined): Pod | Status {
  const { priorityClassName = '', priority } = pod.spec;
  const refuse = (message: string) => failure.forbidden('pods', pod.metadata.name, message);
  if (priorityClassName !== '' && chosen === undefined)
    return refuse(`no PriorityClass with name ${priorityClassName} was found`);
  const value = chosen?.value ?? 0;
  if (priority !== undefined && priority !== value) {
    return refuse(
      `the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  const policy = chosen?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
    return refuse(
      `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  return withSpec(pod, {
    priority: value,
    preemptionPolicy: policy,
    ...(chosen !== undefined && { priorityClassName: chosen.name }),
  });
}

function withSpec(pod: Pod, change: Partial<PodSpec>): Pod {
  return copyWith(pod, { spec: copyWith(pod.spec, change) });
}
