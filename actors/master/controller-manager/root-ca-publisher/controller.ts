/** The root CA publisher: every namespace has a ConfigMap with the certificate its pods know the API server by. */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { keyOf, withMeta } from '../../../../protocol/meta.ts';
import type { ConfigMap, Namespace } from '../../../../protocol/objects.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { creation, replaceBy } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import { callThen, failBy, finish, isNamespaceEnding, refusalsOf, type Step, type Sync } from '../controller/sync.ts';

/** What the publisher knows. */
interface PublisherCache {
  readonly certificate: string;
  namespaces: Store<Namespace>;
  /** Those of the name it publishes under. */
  published: Store<ConfigMap>;
}

const mapName = 'kube-root-ca.crt';
const annotations = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

/** As kube-controller-manager's `root-ca-certificate-publisher-controller`, which has one worker. */
export const rootCaPublisherRule: ControllerRule<PublisherCache> = {
  kind: 'root-ca-certificate-publisher-controller',
  component: 'root-ca-certificate-publisher-controller',
  watched: ['namespaces', 'configmaps'],
  workers: () => 1,
  known: (config) => ({ certificate: config['root-ca-file'], namespaces: makeStore(), published: makeStore() }),
  take,
  step,
};

function take({ memory: { known, queue } }: Me<PublisherCache>, resource: string, change: Change): void {
  const { name, namespace = '' } = change.object.metadata;
  if (resource === 'namespaces') {
    applyChange(known.namespaces, change);
    if (change.type === 'ADDED') add(queue, name);
  } else if (name === mapName) {
    applyChange(known.published, change);
    if (change.type !== 'ADDED') add(queue, namespace);
  }
}

function step({ memory: { known } }: Me<PublisherCache>, sync: Sync): Step {
  if (sync.stage === 'writing') return afterWriting(sync);
  const namespace = known.namespaces.objects.get(sync.key);
  // Nothing can be created in one that ends.
  if (namespace?.status?.phase !== 'Active') return finish;
  const data = { 'ca.crt': known.certificate };
  const there = known.published.objects.get(keyOf(sync.key, mapName));
  if (there === undefined) {
    const metadata = { name: mapName, namespace: sync.key, annotations };
    const object: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    return callThen('writing', [creation('configmaps', object)]);
  }
  const isPublished = there.data?.['ca.crt'] === known.certificate && Object.keys(there.data).length === 1;
  const [[name, text] = ['', '']] = Object.entries(annotations);
  if (isPublished && there.metadata.annotations?.[name] === text) return finish;
  const marked = withMeta(there, { annotations: { ...there.metadata.annotations, ...annotations } });
  const object: ConfigMap = { ...marked, data };
  return callThen('writing', [replaceBy('configmaps', object)]);
}

function afterWriting({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['AlreadyExists', 'NotFound']).filter((status) => !isNamespaceEnding(status));
  return refusals.length === 0 ? finish : failBy(refusals);
}
