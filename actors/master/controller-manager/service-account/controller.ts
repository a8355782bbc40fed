/** The service-account controller: every namespace has a ServiceAccount `default`, made anew when somebody deletes it. */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { keyOf } from '../../../../protocol/meta.ts';
import type { Namespace, ServiceAccount } from '../../../../protocol/objects.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { creation } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import { callThen, failBy, finish, isNamespaceEnding, refusalsOf, type Step, type Sync } from '../controller/sync.ts';

/** What the controller knows. */
interface AccountCache {
  namespaces: Store<Namespace>;
  accounts: Store<ServiceAccount>;
}

const accountName = 'default';

/** As kube-controller-manager's `serviceaccount-controller`, which has one worker. */
export const serviceAccountRule: ControllerRule<AccountCache> = {
  kind: 'serviceaccount-controller',
  component: 'serviceaccount-controller',
  watched: ['namespaces', 'serviceaccounts'],
  workers: () => 1,
  known: () => ({ namespaces: makeStore(), accounts: makeStore() }),
  take,
  step,
};

function take({ memory: { known, queue } }: Me<AccountCache>, resource: string, change: Change): void {
  const { name, namespace = '' } = change.object.metadata;
  if (resource === 'namespaces') {
    applyChange(known.namespaces, change);
    if (change.type !== 'DELETED') add(queue, name);
  } else {
    applyChange(known.accounts, change);
    if (change.type === 'DELETED') add(queue, namespace);
  }
}

function step({ memory: { known } }: Me<AccountCache>, sync: Sync): Step {
  if (sync.stage === 'creating') return afterCreating(sync);
  const namespace = known.namespaces.objects.get(sync.key);
  // Nothing can be created in one that ends.
  if (namespace?.status?.phase !== 'Active') return finish;
  if (known.accounts.objects.has(keyOf(sync.key, accountName))) return finish;
  const metadata = { name: accountName, namespace: sync.key };
  return callThen('creating', [creation('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata })]);
}

function afterCreating({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['AlreadyExists']).filter((status) => !isNamespaceEnding(status));
  return refusals.length === 0 ? finish : failBy(refusals);
}
