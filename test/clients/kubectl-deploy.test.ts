/** The manifests that run Troupe on a Kubernetes cluster, on a Kubernetes cluster: Troupe's own. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { LiveCluster } from './cluster.ts';

const manifests = join(import.meta.dirname, '..', '..', 'deploy', 'kubernetes');

interface StatefulSet {
  kind: string;
  metadata: { name: string };
  spec: {
    serviceName: string;
    replicas: number;
    template: { metadata: { labels: Record<string, string> }; spec: { volumes?: object[] } };
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
}

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await LiveCluster.start({ nodes: 3 });
});
afterAll(() => cluster.stop());

const statefulSets = readdirSync(manifests)
  .flatMap((file) => parseAllDocuments(readFileSync(join(manifests, file), 'utf8')))
  .map((document) => document.toJS() as StatefulSet)
  .filter(({ kind }) => kind === 'StatefulSet');

/**
 * The pods that kube-controller-manager makes of a StatefulSet. Troupe's does not yet, so this does; a volume that is
 * claimed is one of the machine here.
 */
function podsOf({ metadata: { name }, spec }: StatefulSet): object[] {
  const { template, serviceName, replicas, volumeClaimTemplates = [] } = spec;
  const claimed = volumeClaimTemplates.map((claim) => ({ name: claim.metadata.name, emptyDir: {} }));
  return Array.from({ length: replicas }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${i}`, labels: template.metadata.labels },
    spec: {
      ...template.spec,
      hostname: `${name}-${i}`,
      subdomain: serviceName,
      volumes: [...(template.spec.volumes ?? []), ...claimed],
    },
  }));
}

it('all is accepted, and stays as it was applied', async () => {
  await cluster.run('create namespace troupe');
  await cluster.run(`apply -n troupe -f ${manifests}`);
  expect(await cluster.run(`diff -n troupe -f ${manifests}`)).toBe('');
  expect(statefulSets.map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([
    ['nats', 3],
    ['troupe-control', 3],
    ['troupe-workers', 2],
  ]);
});

it('its pods become ready, spread over the nodes, and the API has an address behind it', async () => {
  const pods = statefulSets.flatMap(podsOf);
  await cluster.run('apply -n troupe -f -', pods.map((pod) => stringify(pod)).join('---\n'));
  await cluster.run('wait -n troupe --for=condition=Ready pods --all --timeout=90s');
  for (const app of ['nats', 'troupe-control']) {
    const nodes = await cluster.run(
      `get pods -n troupe -l app.kubernetes.io/name=${app} -o 'jsonpath={.items[*].spec.nodeName}'`,
    );
    expect(new Set(nodes.split(' ')).size, app).toBe(3);
  }
  const addresses = await cluster.run(
    "get endpoints troupe-api -n troupe -o 'jsonpath={.subsets[*].addresses[*].targetRef.name}'",
  );
  expect(addresses.split(' ').sort()).toEqual(['troupe-control-0', 'troupe-control-1', 'troupe-control-2']);
});
