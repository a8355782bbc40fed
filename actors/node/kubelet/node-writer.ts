/** How the kubelet posts its node's status. */

import type { InformerChanged } from '../../../protocol/messages/informer.ts';
import type { Node, NodeCondition } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { patchObject } from '../../client-go/api-calls.ts';
import { conditionOf } from '../pod/conditions.ts';
import { type KubeletMemory, type Me, recordNodeEvent } from './memory.ts';
import {
  conditionEvent,
  dateConditions,
  type Finding,
  findNodeConditions,
  makeNodeStatus,
  type NodeFacts,
} from './node-status.ts';

/** kubelet's nodeStatusUpdateRetry. */
const mostTries = 5;
/** kubelet's baseRuntimeSyncThreshold: so long a runtime may be silent before the node is not ready. */
const runtimeThresholdMs = 30_000;

/** Looks at the conditions anew; the node's first readiness is told at once, anything else with the next computation. */
export function noteReadiness(self: Me): void {
  const { memory } = self;
  const { state, network } = memory.runtime;
  if (memory.wasReady || state !== 'up' || network?.status !== true) return;
  memory.wasReady = true;
  self.raise({ type: 'node.readied' });
}

/** Gives what the node and its status are made from. */
export function nodeFacts(self: Me): NodeFacts {
  const { memory } = self;
  return {
    node: memory.input.node,
    config: memory.input.config,
    runtime: memory.runtime,
    isUnderMemoryPressure: memory.isUnderMemoryPressure,
    before: conditionsBefore(memory),
    now: toRfc3339(self.now()),
    boot: self.boot,
  };
}

function conditionsBefore({ conditions, node }: KubeletMemory): readonly NodeCondition[] {
  return conditions.length > 0 ? conditions : (node?.status?.conditions ?? []);
}

/** Begins a computation of the status. */
export function decideReport(self: Me): void {
  const { memory } = self;
  memory.postTries = 0;
  if (memory.lostAt !== undefined && self.monotonic() - memory.lostAt >= runtimeThresholdMs) {
    memory.runtime = { ...memory.runtime, state: 'down' };
  }
  tellReboot(self);
  lookAtConditions(self);
}

/** Tells that the machine was booted anew since the node's status was posted. */
function tellReboot(self: Me): void {
  const { node, bootID } = self.memory;
  const shown = node?.status?.nodeInfo?.bootID ?? '';
  if (node === undefined || shown === '' || shown === bootID || self.memory.toldBoot === self.boot) return;
  self.memory.toldBoot = self.boot;
  self.memory.isPosted = false;
  recordNodeEvent(self, 'Warning', 'Rebooted', `Node ${node.metadata.name} has been rebooted, boot id: ${bootID}`);
}

/** Computes the conditions; what changed is told by events, and owed to the API. */
export function lookAtConditions(self: Me): void {
  const { memory } = self;
  const before = conditionsBefore(memory);
  const findings = findNodeConditions(memory);
  if (!findings.some((finding) => isNews(finding, before))) return;
  const conditions = dateConditions(findings, before, toRfc3339(self.now()));
  for (const condition of conditions) {
    if (!isNews(condition, before)) continue;
    const last = conditionOf(before, condition.type);
    // That a node begins as not ready is no news.
    const isFirst = last === undefined && condition.type === 'Ready';
    if (last?.status !== condition.status && !isFirst) tell(self, condition);
  }
  memory.conditions = conditions;
  memory.isPosted = false;
}

function isNews({ type, status, reason, message }: Finding, before: readonly NodeCondition[]): boolean {
  const last = conditionOf(before, type);
  return last?.status !== status || last.reason !== reason || last.message !== message;
}

function tell(self: Me, condition: NodeCondition): void {
  const reason = conditionEvent(condition);
  if (reason === undefined) return;
  recordNodeEvent(self, 'Normal', reason, `Node ${self.memory.input.node.name} status is now: ${reason}`);
}

/** Tells whether the API must be told: something changed, or it was told long ago. */
export function isReportOwed(self: Me): boolean {
  const { memory } = self;
  if (memory.node === undefined) return false;
  return !memory.isPosted || self.monotonic() - memory.postedAt >= memory.input.config['node-status-report-frequency'];
}

/** Posts the status. */
export function postStatus(self: Me): void {
  const { memory } = self;
  const { name } = memory.input.node;
  const status = makeNodeStatus(nodeFacts(self));
  memory.conditions = status.conditions ?? [];
  const target = { resource: 'nodes', name, subresource: 'status' };
  const deadlineMs = memory.input.config['node-status-update-frequency'];
  const options = { deadlineMs, retries: 3, retryMs: deadlineMs / 4, note: { about: 'status' } };
  patchObject(self, memory.input.apiserver, target, { status }, options);
}

/** Takes it that the API was told. */
export function notePosted(self: Me): void {
  self.memory.isPosted = true;
  self.memory.postedAt = self.monotonic();
}

/** Counts a failure. */
export function noteUnposted({ memory }: Me): void {
  memory.postTries += 1;
}

/** Tells whether to try again at once. */
export function mayPostAgain({ memory }: Me): boolean {
  return memory.postTries < mostTries;
}

/** Takes the node as the API has it; where it shows other conditions than this kubelet found, they are posted again. */
export function takeNode(self: Me, { changes }: InformerChanged['body']): void {
  const { memory } = self;
  const wasKnown = memory.node !== undefined;
  for (const { type, object } of changes) memory.node = type === 'DELETED' ? undefined : (object as Node);
  if (memory.node === undefined) return;
  const shown = memory.node.status?.conditions ?? [];
  memory.isPosted = !memory.conditions.some((condition) => isNews(condition, shown));
  if (!wasKnown && !memory.isPosted && memory.wasReady) self.raise({ type: 'node.readied' });
}
