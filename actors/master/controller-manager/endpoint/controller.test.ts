/** The endpoints controller, its informers and the API server played by the test. */

import { expect, test } from 'vitest';
import { stage } from '../../../../engine/stage.ts';
import { defaultsOf } from '../../../../protocol/flags.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { Endpoints, KubernetesObject, Pod, Service } from '../../../../protocol/objects.ts';
import { defineController, informerAddress } from '../controller/actor.ts';
import { flags } from '../flags.ts';
import { endpointsRule } from './controller.ts';

const manager = 'c.master.controller-manager.0';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 's' },
  spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80 }] },
};

function pod(isReady: boolean): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default', uid: 'p', labels: { app: 'web' } },
    spec: { nodeName: 'n1', containers: [{ name: 'server', image: 'web' }] },
    status: {
      phase: 'Running',
      podIP: '10.244.0.2',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    },
  };
}

/** What the informers told, and what was asked of the API server. */
function play() {
  const s = stage(defineController(endpointsRule), {
    address: `${manager}.endpoints-controller`,
    input: { apiserver: 'c.master.apiserver', config: defaultsOf(flags) },
  });
  const tell = (resource: string, type: Change['type'], object: KubernetesObject, old?: KubernetesObject) => {
    const changes: Change[] = [{ type, object, ...(old === undefined ? {} : { old }) }];
    s.send('informer.changed', { resource, changes }, { from: informerAddress(manager, resource) });
  };
  tell('services', 'ADDED', service);
  tell('pods', 'ADDED', pod(true));
  for (const resource of endpointsRule.watched) {
    s.send('informer.synced', { resource }, { from: informerAddress(manager, resource) });
  }
  const asked = () => s.take().filter(({ type }) => type === 'object.create' || type === 'object.replace');
  return { s, tell, asked };
}

test('a write that its cache does not show yet is not taken for undone', () => {
  // A pod that turned ready again meanwhile made what was wanted the same as the old version in the cache: nothing was
  // written, and the Service went without the pod for good.
  const { s, tell, asked } = play();
  const [made] = asked();
  const first: Endpoints = { ...made?.body.object, metadata: { ...made?.body.object.metadata, resourceVersion: '1' } };
  s.answer(made, 'request.succeeded', { code: 201, object: first });
  tell('endpoints', 'ADDED', first);
  expect(first.subsets?.[0]?.addresses).toHaveLength(1);

  tell('pods', 'MODIFIED', pod(false), pod(true));
  const [emptied] = asked();
  expect(emptied?.body.object.subsets[0].addresses ?? []).toHaveLength(0);
  tell('pods', 'MODIFIED', pod(true), pod(false));
  const second = { ...emptied?.body.object, metadata: { ...first.metadata, resourceVersion: '2' } };
  s.answer(emptied, 'request.succeeded', { code: 200, object: second });
  s.advance(2000);
  expect(asked()).toEqual([]);

  tell('endpoints', 'MODIFIED', second, first);
  s.advance(5000);
  const [refilled] = asked();
  expect(refilled?.body.object.subsets[0].addresses).toMatchObject([{ ip: '10.244.0.2' }]);
});
