/** A working week with kubectl, last day: whatever is refused reads as from a real API server. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { LiveCluster } from './cluster.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await LiveCluster.start({ nodes: 1 });
});
afterAll(() => cluster.stop());

describe('a refusal', () => {
  const cases: [what: string, line: string, words: string | RegExp][] = [
    ['of an object that is not there', 'get pod x', 'Error from server (NotFound): pods "x" not found'],
    ['of a kind that is not there', 'get unicorns', `error: the server doesn't have a resource type "unicorns"`],
    ['of a namespace that is not there', 'create configmap x -n nowhere', /namespaces "nowhere" not found/],
    [
      'of a name that is none',
      'create configmap Big_Name',
      /metadata\.name: Invalid value: "Big_Name": a lowercase RFC 1123 subdomain must consist of/,
    ],
    ['of a name twice', 'create namespace default', /namespaces "default" already exists/],
    [
      'of a label that is none',
      "label namespace default 'a=b c'",
      /a valid label must be an empty string or consist of/,
    ],
    [
      'of a deletion that cannot be',
      'delete namespace kube-system',
      /namespaces "kube-system" is forbidden: this namespace may not be deleted/,
    ],
    [
      'of a scale of nothing',
      'scale deployment none --replicas=1',
      /no objects passed to scale|deployments\.apps "none" not found/,
    ],
    ['of a raw path that leads nowhere', 'get --raw /nowhere', /the server could not find the requested resource/],
    ['of a selector', "get pods -l 'a in ('", /unable to parse requirement|found ''/],
  ];
  it.each(cases)('%s', async (_what, line, words) => {
    expect(await cluster.refused(line)).toMatch(
      words instanceof RegExp ? words : new RegExp(words.replaceAll(/[()[\]"$.*+?]/g, '\\$&')),
    );
  });

  const manifests: [what: string, yaml: string, words: RegExp][] = [
    [
      'of a pod without containers',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n',
      /missing required field "containers"|spec\.containers: Required value/,
    ],
    [
      'of a field that does not exist',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b, imago: c}]}\n',
      /unknown field "(io\.k8s\.api\.core\.v1\.Container\.)?(spec\.containers\[0\]\.)?imago"|unknown field "imago"/,
    ],
    [
      'of a text for a number',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: many, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}\n',
      /replicas|integer/,
    ],
    [
      'of a selector that does not match its template',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {c: d}}, spec: {containers: [{name: a, image: b}]}}}\n',
      /spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template `labels`/,
    ],
    [
      'of a port out of range',
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 70000}]}\n',
      /spec\.ports\[0\]\.port: Invalid value: 70000: must be between 1 and 65535, inclusive/,
    ],
    [
      'of a quantity',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b, resources: {limits: {cpu: much}}}]}\n',
      /quantities must match the regular expression/,
    ],
    [
      'of a version that is not served',
      'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: d}\n',
      /no matches for kind "Deployment" in version "apps\/v1beta1"/,
    ],
    [
      'of two names for one container',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b}, {name: a, image: b}]}\n',
      /spec\.containers\[1\]\.name: Duplicate value: "a"/,
    ],
  ];
  it.each(manifests)('%s', async (what, yaml, words) => {
    const file = cluster.file(`${what.replaceAll(' ', '-')}.yaml`, yaml);
    expect(await cluster.refused(`create -f ${file}`)).toMatch(words);
  });

  it('of a change to what may not change', async () => {
    await cluster.run('create secret generic s --from-literal=a=b');
    await cluster.run(`patch secret s -p '{"immutable":true}'`);
    expect(await cluster.refused(`patch secret s -p '{"data":{"a":"Yw=="}}'`)).toMatch(
      /data: Forbidden: field is immutable when `immutable` is set/,
    );
  });

  it('by quota and by limits', async () => {
    await cluster.run('create quota one --hard=configmaps=2');
    await cluster.run('create configmap first');
    expect(await cluster.refused('create configmap second')).toMatch(
      /configmaps "second" is forbidden: exceeded quota: one, requested: configmaps=1, used: configmaps=2, limited: configmaps=2/,
    );
  });

  it('of a stranger', async () => {
    const config = parse(readFileSync(cluster.kubeconfig, 'utf8'));
    const users = [{ name: 'stranger', user: { token: 'wrong' } }];
    cluster.file('kubeconfig', stringify({ ...config, users: [...config.users, ...users] }));
    expect(await cluster.refused('get pods --user=stranger')).toMatch(
      /Unauthorized|You must be logged in to the server/,
    );
  });
});
