/**
 * The look at the health of all nodes, every `node-monitor-period` (`monitorNodeHealth`).
 *
 *   look ─► reporting ⇄ rereading (who is silent is marked Unknown) ─► marking (their pods as not ready)
 *        ─► tainting ⇄ refreshing (taints of those that came back, or that changed how they are not ready) ─► the next look
 */

import type { Node, Pod } from '../../../../protocol/objects.ts';
import { add } from '../../../client-go/work-queue.ts';
import { readAgain, replaceBy } from '../controller/patches.ts';
import { callThen, type Step, type Sync } from '../controller/sync.ts';
import { evictionsKey, type NodeController, podsOn, recordNodeEvent, zoneFor } from './cache.ts';
import { spreadDisruption } from './disruption.ts';
import { type Finding, type HealthVerdict, healthWhenMarked, judgeHealth } from './health.ts';
import { afterMark, markCall, podsToMark } from './pod-marks.ts';
import { afterRefreshing, afterTainting, makeTaintWork, type TaintWork, writeTaints } from './taint-writes.ts';
import {
  hasTaint,
  noExecuteChange,
  notReadyTaint,
  reachableChange,
  type TaintChange,
  unreachableTaint,
} from './taints.ts';
import { give, takeBack } from './zones.ts';

/** As `NodeHealthUpdateRetry`. */
const triesMax = 5;

/** What a look keeps between its stages. */
interface Look {
  findings: Finding[];
  /** Nodes being marked as unheard of, and how often it was tried. */
  open: readonly (HealthVerdict & { node: Node })[];
  tries: number;
  /** Pods being marked, with their node. */
  marks: readonly { node: string; pod: Pod }[];
  /** Changes of taints by node; the later decision counts. */
  changes: Map<string, TaintChange>;
  taints: TaintWork | undefined;
}

/** Takes a step of the look. */
export function look(self: NodeController, sync: Sync): Step {
  const work = sync.work as Look;
  switch (sync.stage) {
    case '':
      return begin(self, sync);
    case 'reporting':
      return afterReporting(self, sync, work);
    case 'rereading':
      return afterRereading(self, sync, work);
    case 'marking':
      return afterMarking(self, sync, work);
    case 'tainting':
      return work.taints === undefined ? rest(self) : (afterTainting(work.taints, sync.answers) ?? rest(self));
    default:
      return work.taints === undefined ? rest(self) : afterRefreshing(work.taints, sync.answers, self.now());
  }
}

function rest({ memory }: NodeController): Step {
  return { do: 'finish', againMs: memory.input.config['node-monitor-period'] };
}

function begin(self: NodeController, sync: Sync): Step {
  const work: Look = { findings: [], open: [], tries: 0, marks: [], changes: new Map(), taints: undefined };
  sync.work = work;
  classify(self, work);
  const open: (HealthVerdict & { node: Node })[] = [];
  for (const node of self.memory.known.nodes.objects.values()) examine(self, work, open, node);
  work.open = open;
  return report(self, work);
}

/** Greets new nodes, takes leave of those that went. */
function classify(self: NodeController, work: Look): void {
  const { nodes, known, health } = self.memory.known;
  for (const [name, node] of nodes.objects) {
    zoneFor(self, node);
    if (known.has(name)) continue;
    recordNodeEvent(self, node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    known.set(name, node);
    reach(self, work, node);
  }
  if (known.size === nodes.objects.size) return;
  for (const [name, node] of known) {
    if (nodes.objects.has(name)) continue;
    recordNodeEvent(self, node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    known.delete(name);
    health.delete(name);
  }
}

/** Judges one node: what is known at once is a finding, what must be written first stays open. */
function examine(self: NodeController, work: Look, open: (HealthVerdict & { node: Node })[], node: Node): void {
  const { known: cache, input } = self.memory;
  const { name } = node.metadata;
  const grace = {
    monitorMs: input.config['node-monitor-grace-period'],
    startupMs: input.config['node-startup-grace-period'],
  };
  const verdict = judgeHealth(node, cache.health.get(name), cache.leases.get(name), grace, {
    nowMs: self.now(),
    monotonicMs: self.monotonic(),
  });
  cache.health.set(name, verdict.health);
  if (verdict.changed === undefined) {
    work.findings.push({ node, observed: verdict.observed, current: verdict.current });
  } else open.push({ ...verdict, node });
}

function report(self: NodeController, work: Look): Step {
  if (work.open.length === 0) return decide(self, work);
  work.tries += 1;
  return callThen(
    'reporting',
    work.open.map(({ changed, node }) => replaceBy('nodes', changed ?? node, 'status')),
  );
}

function afterReporting(self: NodeController, sync: Sync, work: Look): Step {
  const { health, leases } = self.memory.known;
  const failed = work.open.filter((verdict, place) => {
    const written = sync.answers[place]?.object as Node | undefined;
    if (written === undefined) return true;
    const { name } = written.metadata;
    health.set(name, healthWhenMarked(verdict, leases.get(name)));
    work.findings.push({ node: written, observed: verdict.observed, current: verdict.current });
    return false;
  });
  // Those that cannot be written are left for the next look: none of their pods is evicted.
  work.open = work.tries < triesMax ? failed : [];
  if (work.open.length === 0) return decide(self, work);
  return callThen(
    'rereading',
    work.open.map(({ node }) => readAgain('nodes', node)),
  );
}

function afterRereading(self: NodeController, sync: Sync, work: Look): Step {
  const open: (HealthVerdict & { node: Node })[] = [];
  for (const { object } of sync.answers) if (object !== undefined) examine(self, work, open, object as Node);
  work.open = open;
  return report(self, work);
}

/** Decides, all nodes being known, whose taints change and whose pods are marked. */
function decide(self: NodeController, work: Look): Step {
  const marks: { node: string; pod: Pod }[] = [];
  for (const finding of work.findings) {
    if (finding.current === undefined) continue;
    judgeTaints(self, work, finding);
    collectMarks(self, finding, marks);
  }
  for (const node of spreadDisruption(self, work.findings)) reach(self, work, node);
  work.marks = marks;
  return callThen(
    'marking',
    marks.map(({ pod }) => markCall(pod, self.now())),
  );
}

/** A node that turns is first tainted in the next look: then, its Ready condition is seen to be what it was made. */
function judgeTaints(self: NodeController, work: Look, { node, observed }: Finding): void {
  if (observed.status === 'True') {
    reach(self, work, node);
    return;
  }
  const [own, other] =
    observed.status === 'False' ? [notReadyTaint, unreachableTaint] : [unreachableTaint, notReadyTaint];
  const change = noExecuteChange(node, observed);
  if (change === undefined) return;
  if (hasTaint(node, other)) {
    work.changes.set(node.metadata.name, change);
    return;
  }
  const zone = zoneFor(self, node);
  const isUnderWay = self.memory.known.evicting.has(node.metadata.name);
  if (!hasTaint(node, own) && !isUnderWay) takeBack(zone, node.metadata.name);
  if (give(zone, node.metadata.name, self.monotonic())) add(self.memory.queue, evictionsKey);
}

function reach(self: NodeController, work: Look, node: Node): void {
  work.changes.set(node.metadata.name, reachableChange(node));
  takeBack(zoneFor(self, node), node.metadata.name);
}

/** Pods are marked when their node turns, and those that could not be, at every look until it is ready again. */
function collectMarks(
  self: NodeController,
  { node, observed, current }: Finding,
  marks: { node: string; pod: Pod }[],
): void {
  const { known: cache } = self.memory;
  const { name } = node.metadata;
  const turned = observed.status === 'True' && current?.status !== 'True';
  if (turned) recordNodeEvent(self, node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  const isOwed = cache.unmarked.delete(name) && observed.status !== 'True';
  if (!turned && !isOwed) return;
  for (const pod of podsToMark(podsOn(cache, name))) marks.push({ node: name, pod });
}

function afterMarking(self: NodeController, sync: Sync, work: Look): Step {
  work.marks.forEach(({ node, pod }, place) => {
    if (!afterMark(self, pod, sync.answers[place])) self.memory.known.unmarked.add(node);
  });
  work.taints = makeTaintWork([...work.changes.values()]);
  return writeTaints(work.taints, self.now());
}
