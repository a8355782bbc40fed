/** Which pods give way to a critical one that does not fit. */

import type { Pod } from '../../../protocol/objects.ts';
import { qosClass } from '../pod/qos.ts';
import { isCritical } from './admission.ts';
import { type Amounts, podRequests } from './requests.ts';

/** A pod that may have to go, and what its going frees. */
interface Candidate {
  pod: Pod;
  freed: Amounts;
}

/** Pods whose going is enough; or, in the kubelet's words, what all of them together leave lacking. */
export type Preemption = { victims: Pod[] } | { failure: string };

/**
 * Picks the pods that give way: as few Guaranteed ones as possible, then as few Burstable, then as few BestEffort ones;
 * of as many those that request least (the kubelet's critical pod admission handler).
 */
export function pickPreempted(critical: Pod, others: readonly Pod[], lacking: Amounts): Preemption {
  const missing = stillMissing(lacking, []);
  const candidates = others.filter((pod) => mayPreempt(critical, pod)).map(candidateOf(missing));
  const of = (quality: string) => candidates.filter(({ pod }) => qosClass(pod.spec) === quality);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const left = stillMissing(missing, candidates);
  if (!isNothing(left)) return { failure: `no set of running pods found to reclaim resources: ${listed(left)}` };
  const first = pickNearest(guaranteed, stillMissing(missing, [...bestEffort, ...burstable]));
  const second = pickNearest(burstable, stillMissing(missing, [...bestEffort, ...first]));
  const third = pickNearest(bestEffort, stillMissing(missing, [...second, ...first]));
  return { victims: [...third, ...second, ...first].map(({ pod }) => pod) };
}

/** A critical pod drives out any that is not; between two critical ones priority decides, where both have one. */
function mayPreempt(critical: Pod, pod: Pod): boolean {
  if (isCritical(critical) && !isCritical(pod)) return true;
  const [mine, other] = [critical.spec.priority, pod.spec.priority];
  return mine !== undefined && other !== undefined && mine > other;
}

function candidateOf(missing: Amounts): (pod: Pod) => Candidate {
  return (pod) => {
    const requests = podRequests(pod);
    const freed = Object.fromEntries(Object.keys(missing).map((name) => [name, requests[name] ?? 0]));
    if (missing.pods !== undefined) freed.pods = 1;
    return { pod, freed: { cpu: requests.cpu ?? 0, memory: requests.memory ?? 0, ...freed } };
  };
}

/** Gives what is lacking when some pods are gone; what is not lacking any more is left out. */
function stillMissing(lacking: Amounts, gone: readonly Candidate[]): Amounts {
  const left = Object.entries(lacking).map(([name, amount]): [string, number] => [
    name,
    gone.reduce((sum, { freed }) => sum - (freed[name] ?? 0), amount),
  ]);
  return Object.fromEntries(left.filter(([, amount]) => amount > 0));
}

function isNothing(missing: Amounts): boolean {
  return Object.keys(missing).length === 0;
}

/** Picks pods until nothing is lacking, each time the one that leaves the smallest part of it. */
function pickNearest(candidates: readonly Candidate[], lacking: Amounts): Candidate[] {
  const picked: Candidate[] = [];
  let missing = lacking;
  while (!isNothing(missing) && picked.length < candidates.length) {
    const rest = candidates.filter((one) => !picked.includes(one));
    const nearest = rest.reduce((best, one) => (isNearer(one, best, missing) ? one : best));
    picked.push(nearest);
    missing = stillMissing(missing, [nearest]);
  }
  return picked;
}

function isNearer(one: Candidate, best: Candidate, missing: Amounts): boolean {
  const [distance, least] = [distanceOf(one, missing), distanceOf(best, missing)];
  return distance < least || (distance === least && requestsLess(one, best));
}

/** How much of what is lacking a pod would leave: the squares of the parts, so that every resource counts alike. */
function distanceOf({ freed }: Candidate, missing: Amounts): number {
  return Object.entries(missing).reduce((sum, [name, amount]) => {
    const part = Math.max(0, amount - (freed[name] ?? 0)) / amount;
    return sum + part * part;
  }, 0);
}

function requestsLess(one: Candidate, other: Candidate): boolean {
  for (const name of ['memory', 'cpu']) {
    const difference = (one.freed[name] ?? 0) - (other.freed[name] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

function listed(missing: Amounts): string {
  return `[${Object.entries(missing)
    .map(([name, amount]) => `(res: ${name}, q: ${amount}), `)
    .join('')}]`;
}
