/** What a kubelet's own server shows by the node's proxy: its health, and what its pods use. */

import type { NodeStats, NodeStatsGiven } from '../../protocol/messages/streaming.ts';
import { failure } from '../../protocol/status.ts';
import { clusterOf, nodeAddress } from '../../protocol/subjects.ts';
import { toRfc3339 } from '../../protocol/time.ts';
import type { HttpResponse } from '../http.ts';
import { Refused } from '../refused.ts';
import type { Guides } from './destination.ts';

/** Answers a request to a kubelet. @throws Refused 503 where it does not answer */
export async function kubeletAnswer({ link }: Guides, node: string, path: string): Promise<HttpResponse> {
  const kubelet = nodeAddress(clusterOf(link.address), node, 'kubelet');
  const answer = await link.ask<NodeStats>(kubelet, 'node.stats', undefined, { deadlineMs: 10_000 });
  if (answer.type !== 'node.stats-given') {
    throw new Refused(
      failure.serviceUnavailable(`error trying to reach service: the kubelet of ${node} does not answer`),
    );
  }
  if (path === '/healthz') return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
  if (path === '/stats/summary') return json(summaryOf(node, (answer as NodeStatsGiven).body));
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
}

function json(value: object): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value, undefined, 1) };
}

/** As the kubelet's `/stats/summary` has it: cumulated CPU time in ns, memory in bytes. */
function summaryOf(nodeName: string, { at, pods }: NodeStatsGiven['body']): object {
  const time = toRfc3339(at);
  return {
    node: { nodeName },
    pods: pods.map(({ namespace, name, containers }) => ({
      podRef: { name, namespace },
      containers: containers.map(({ name: container, startedAt, usedCpuMs, memoryBytes }) => ({
        name: container,
        startTime: toRfc3339(startedAt),
        cpu: { time, usageCoreNanoSeconds: Math.round(usedCpuMs * 1e6) },
        memory: { time, workingSetBytes: memoryBytes },
      })),
    })),
  };
}
