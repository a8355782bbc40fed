/** Whom a fault is done to: machines, processes, containers, and what each is called. */

import { masterMachine } from '../../../../deploy/part.ts';
import type { Engine } from '../../../../engine/engine.ts';
import type { StateValue } from '../../../../engine/stepper/chart.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { containerAddress, masterAddress, nodeAddress, pauseAddress } from '../../../../protocol/subjects.ts';
import { type MasterName, masters, type NodeComponentName, nodeComponents, type Target } from '../../format.ts';
import { chooseNodes, choosePods } from '../choose.ts';
import type { Stage } from '../stage.ts';

/** One thing that can be broken. */
export interface Victim {
  readonly is: 'machine' | 'process' | 'container';
  /** The machine's name, or the address. */
  readonly at: string;
  /** The machine a process or container runs on. */
  readonly machine: string;
  /** For the timeline: `node node-2`, `kube-scheduler-0`, `container redis of redis-leader-x7k2p`. */
  readonly title: string;
}

/** Which replicas of a component are meant where none is named: the one that leads, those that do not run, or all. */
export type Unnamed = 'leader' | 'down' | 'all';

/** Finds whom a target means now. @throws StoryError where there is nobody */
export function victimsOf(stage: Stage, target: Target, unnamed: Unnamed = 'leader'): Victim[] {
  if (target.pod !== undefined)
    return choosePods(stage, target.pod).flatMap((pod) => containersOf(stage, pod, target.container));
  const { component } = target;
  if (component !== undefined && component in masters) {
    return mastersOf(stage, component as MasterName, target.replica ?? unnamed);
  }
  const nodes = chooseNodes(stage, target.node ?? {});
  const { name } = stage.cluster.spec;
  return nodes.map((node): Victim => {
    if (component === undefined) return { is: 'machine', at: node, machine: node, title: `node ${node}` };
    const at = nodeAddress(name, node, nodeComponents[component as NodeComponentName]);
    return { is: 'process', at, machine: node, title: `${component} of ${node}` };
  });
}

/** Does something to each; gives what they are called. */
export function eachTitle(victims: readonly Victim[], act: (victim: Victim) => void): string[] {
  for (const victim of victims) act(victim);
  return victims.map(({ title }) => title);
}

function mastersOf(stage: Stage, component: MasterName, replica: number | Unnamed): Victim[] {
  const { spec } = stage.cluster;
  const part = masters[component];
  const numbers = [...Array(spec.controlPlane[part]).keys()];
  const address = (number: number) => masterAddress(spec.name, part, number);
  return chosenOf(stage, numbers, address, replica).map((number) => ({
    is: 'process',
    at: address(number),
    machine: masterMachine(number),
    title: numbers.length === 1 ? component : `${component}-${number}`,
  }));
}

/** Where nobody leads (API servers, an etcd without a majority), the first that runs is as good as the leader; where none is down, all are meant. */
function chosenOf(
  { engine }: Stage,
  numbers: readonly number[],
  address: (number: number) => string,
  replica: number | Unnamed,
): readonly number[] {
  if (typeof replica === 'number') return [replica];
  const running = numbers.filter((number) => engine.inspect(address(number))?.isAlive === true);
  const down = numbers.filter((number) => !running.includes(number));
  if (replica === 'down' && down.length > 0) return down;
  if (replica !== 'leader') return numbers;
  return [running.find((number) => isLeading(engine, address(number))) ?? running[0] ?? 0];
}

/** Tells whether the component there leads now, as only its own statechart knows for sure. */
function isLeading(engine: Engine, address: string): boolean {
  const state = engine.inspect(address)?.state as StateValue | undefined;
  return stateUnder(state, 'leading') !== undefined || stateUnder(state, 'serving', 'raft', 'leader') !== undefined;
}

/** The state that a chart is in below a path; undefined where it is not there. */
function stateUnder(state: StateValue | undefined, ...path: string[]): StateValue | undefined {
  let at = state;
  for (const name of path) at = at === name ? {} : typeof at === 'object' ? at[name] : undefined;
  return at;
}

function containersOf({ cluster }: Stage, pod: Pod, container: string | undefined): Victim[] {
  const { name: podName, uid = '' } = pod.metadata;
  const node = pod.spec.nodeName ?? '';
  const { name } = cluster.spec;
  const names = container === undefined ? pod.spec.containers.map((one) => one.name) : [container];
  return names.map((one) => ({
    is: 'container',
    at: one === 'pause' ? pauseAddress(name, node, uid) : containerAddress(name, node, uid, one),
    machine: node,
    title: one === 'pause' ? `the pause container of ${podName}` : `container ${one} of ${podName}`,
  }));
}
