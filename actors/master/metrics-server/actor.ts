/** metrics-server's behaviour: what it watches, whom it asks, and how it answers. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import { FieldSelectorError, parseFieldSelector } from '../../../protocol/field-selectors.ts';
import type { ObjectGet, ObjectList, RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { InformerChanged, InformerInput, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { NodeStats, NodeStatsGiven } from '../../../protocol/messages/streaming.ts';
import type { KubernetesObject, Node, Pod, Status } from '../../../protocol/objects.ts';
import { everything, matchesLabels, parseSelector, SelectorError } from '../../../protocol/selectors.ts';
import { failure } from '../../../protocol/status.ts';
import { childAddress, clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import { applyChanges, makeStore, type Store } from '../../client-go/store.ts';
import { type Asked, askReview, type Review, reviewOf, takeReview } from './access.ts';
import type { MetricsServerConfig } from './flags.ts';
import { machine } from './machine.ts';
import { nodeMetrics, podMetrics } from './objects.ts';
import { addReading, type NodeReadings, nodeUsage, podUsages } from './readings.ts';

/** What metrics-server is started with. */
export interface MetricsServerInput {
  /** The API servers' queue group. */
  apiserver: string;
  config: MetricsServerConfig;
}

/** What it knows. */
export interface MetricsServerMemory {
  input: MetricsServerInput;
  nodes: Store<Node>;
  pods: Store<Pod>;
  synced: Set<string>;
  /** By node. */
  readings: Map<string, NodeReadings>;
}

type Me = Self<MetricsServerMemory>;

const watched = ['nodes', 'pods'];

/** The server of metrics.k8s.io; it is asked as the API server is, for `nodes.metrics.k8s.io` and `pods.metrics.k8s.io`. */
export const metricsServer = defineActor<MetricsServerMemory, MetricsServerInput>({
  kind: 'metrics-server',
  machine,
  memory: (input) => ({ input, nodes: makeStore(), pods: makeStore(), synced: new Set(), readings: new Map() }),
  behaviour: {
    actions: {
      watch: (self) => {
        for (const resource of watched) {
          const input: InformerInput = { resource, apiserver: self.memory.input.apiserver };
          self.spawn(childAddress(self.address, 'informer', resource), 'informer', input);
        }
      },
      takeChanges: ({ memory }, { body }: InformerChanged) => {
        if (body.resource === 'nodes') applyChanges(memory.nodes, body.changes);
        else applyChanges(memory.pods, body.changes);
      },
      noteSynced: ({ memory }, { body }: InformerSynced) => {
        memory.synced.add(body.resource);
      },
      scrape,
      takeStats: ({ memory }, event: NodeStatsGiven) => {
        const { node } = event.note as { node: string };
        memory.readings.set(node, addReading(memory.readings.get(node), event.body));
      },
      review: (self, event: Asked) => goOn(self, reviewOf(event)),
      takeReview: (self, event) => {
        const review = takeReview(self, event);
        if (review !== undefined) goOn(self, review);
      },
      refuse: (self, event: Asked) =>
        refuse(self, event, failure.serviceUnavailable('the server is currently unable to handle the request')),
    },
    guards: { isSynced: ({ memory }) => watched.every((resource) => memory.synced.has(resource)) },
    delays: { resolution: ({ memory }) => memory.input.config['metric-resolution'] },
  },
});

/** Answers a question once nothing is left to be allowed. */
function goOn(self: Me, review: Review): void {
  const { question, left } = review;
  if (left.length > 0) askReview(self, self.memory.input.apiserver, review);
  else if (question.type === 'object.get') give(self, question);
  else list(self, question);
}

/** Asks all kubelets; what was read of nodes that are gone is forgotten. */
function scrape(self: Me): void {
  const { memory } = self;
  const deadlineMs = memory.input.config['kubelet-request-timeout'];
  for (const node of memory.readings.keys()) if (!memory.nodes.objects.has(node)) memory.readings.delete(node);
  for (const node of memory.nodes.objects.keys()) {
    const kubelet = nodeAddress(clusterOf(self.address), node, 'kubelet');
    self.request<NodeStats>(kubelet, 'node.stats', undefined, { deadlineMs, note: { node } });
  }
}

function isOfNodes({ body }: Asked): boolean {
  return body.resource.startsWith('nodes');
}

/** Gives the metrics of all nodes, or of the pods of a namespace or all, in the order of their names. */
function metricsOf(self: Me, event: Asked): KubernetesObject[] {
  const { memory } = self;
  const now = self.now();
  const found: KubernetesObject[] = [];
  for (const [name, readings] of memory.readings) {
    const node = memory.nodes.objects.get(name);
    const usage = node === undefined ? undefined : nodeUsage(readings);
    if (isOfNodes(event)) {
      if (node !== undefined && usage !== undefined) found.push(nodeMetrics(node, usage, now));
      continue;
    }
    for (const one of podUsages(readings)) {
      const pod = memory.pods.objects.get(`${one.namespace}/${one.name}`);
      const isMeant = event.body.namespace === undefined || event.body.namespace === one.namespace;
      if (pod !== undefined && isMeant) found.push(podMetrics(pod, one, now));
    }
  }
  return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function give(self: Me, event: ObjectGet): void {
  const { name, namespace } = event.body;
  const found = metricsOf(self, event).find(({ metadata }) => metadata.name === name);
  if (found !== undefined) succeed(self, event, found);
  else if (isOfNodes(event)) refuse(self, event, failure.notFound('nodemetrics.metrics.k8s.io', name));
  else refuse(self, event, failure.notFound('podmetrics.metrics.k8s.io', `${namespace ?? ''}/${name}`));
}

function list(self: Me, event: ObjectList): void {
  const { labelSelector, fieldSelector } = event.body;
  try {
    const selector = labelSelector === undefined ? everything : parseSelector(labelSelector);
    const terms = fieldSelector === undefined ? [] : parseFieldSelector(fieldSelector);
    const items = metricsOf(self, event).filter(
      (object) =>
        matchesLabels(selector, object.metadata.labels) &&
        terms.every(({ field, value, op }) => (fieldOf(object, field) === value) === (op === '=')),
    );
    const kind = isOfNodes(event) ? 'NodeMetricsList' : 'PodMetricsList';
    succeed(self, event, { apiVersion: 'metrics.k8s.io/v1beta1', kind, metadata: {}, items } as never);
  } catch (error) {
    if (!(error instanceof SelectorError || error instanceof FieldSelectorError)) throw error;
    refuse(self, event, failure.badRequest(error.message));
  }
}

function fieldOf({ metadata }: KubernetesObject, field: string): string {
  return field === 'metadata.namespace' ? (metadata.namespace ?? '') : metadata.name;
}

function succeed(self: Me, event: Asked, object: KubernetesObject): void {
  self.reply<RequestSucceeded>(event, 'request.succeeded', { code: 200, object });
}

function refuse(self: Me, event: Asked, status: Status): void {
  self.reply<RequestRefused>(event, 'request.refused', { status });
}
