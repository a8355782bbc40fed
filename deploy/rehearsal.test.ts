import { expect, test } from 'vitest';
import { formatProblem, ManifestError, readManifestText } from './manifests.ts';
import { demandAccepted, rehearse } from './rehearsal.ts';

const manifestsOf = (text: string) => readManifestText(text, { file: 'web.yaml' }).manifests;
const refusals = (text: string, settings = {}) => rehearse(manifestsOf(text), { settings }).map(formatProblem);

/** A ReplicationController and a Service that any API server takes. */
const web = `apiVersion: v1
kind: ReplicationController
metadata:
  name: web
spec:
  replicas: 2
  selector: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx
        ports:
        - containerPort: 80
        resources:
          requests: {cpu: 100m, memory: 64Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector: {app: web}
  ports:
  - port: 80
    nodePort: 30080
`;

test('manifests that are all right pass', () => {
  expect(refusals(web)).toEqual([]);
  expect(() => demandAccepted(manifestsOf(web))).not.toThrow();
});

test.each([
  [
    'a misspelled field, and not that the right one is missing',
    ['image: nginx', 'imagee: nginx'],
    'web.yaml:14:9: ReplicationController "web": strict decoding error: unknown field "spec.template.spec.containers[0].imagee"',
    'write "image" instead of "imagee"',
  ],
  [
    'a field that stands too far out',
    ['spec:\n  replicas: 2\n', 'replicas: 2\nspec:\n'],
    'web.yaml:5:1: ReplicationController "web": strict decoding error: unknown field "replicas"',
    'write it as "spec.replicas"',
  ],
  [
    'a field that stands too far in',
    ['        image: nginx\n', '        image: nginx\n        hostNetwork: true\n'],
    'web.yaml:15:9: ReplicationController "web": strict decoding error: unknown field "spec.template.spec.containers[0].hostNetwork"',
    'write it as "spec.template.spec.hostNetwork"',
  ],
  [
    'a value of another type',
    ['replicas: 2', 'replicas: two'],
    'web.yaml:6:3: ReplicationController "web": json: cannot unmarshal string into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    'write a whole number, without quotes',
  ],
  [
    'a text that YAML takes for something else',
    ['labels: {app: web}', 'labels: {app: yes}'],
    'web.yaml:10:16: ReplicationController "web": spec.template.metadata.labels.app: json: cannot unmarshal bool into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    'quote it: without quotes, yes, no, on, off, true and false are no texts',
  ],
  [
    'a bad quantity',
    ['memory: 64Mi', 'memory: 64Megs'],
    `web.yaml:18:33: ReplicationController "web": spec.template.spec.containers[0].resources.requests.memory: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    'write a quantity such as 250m, 2, 64Mi or 1Gi',
  ],
  [
    'a selector that the template does not match',
    ['selector: {app: web}\n  template', 'selector: {app: www}\n  template'],
    'web.yaml:10:7: ReplicationController "web": spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    'give the template every label that the selector asks for',
  ],
  [
    'a bad label',
    ['labels: {app: web}', 'labels: {app: web, tier: "a b"}'],
    `web.yaml:10:7: ReplicationController "web": spec.template.metadata.labels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    'write it like "MyValue"',
  ],
  [
    'a bad name',
    ['- name: web', '- name: Web_Server'],
    `web.yaml:13:9: ReplicationController "web": spec.template.spec.containers[0].name: Invalid value: "Web_Server": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    'write it as "web-server"',
  ],
  [
    'a value that is none of those allowed',
    ['type: NodePort', 'type: nodeport'],
    'web.yaml:25:3: Service "web": spec.type: Unsupported value: "nodeport": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    'write "NodePort"',
  ],
  [
    'what must be given',
    ['  - port: 80\n    nodePort: 30080\n', '  - nodePort: 30080\n'],
    'web.yaml:28:5: Service "web": spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    'write a number from 1 to 65535',
  ],
  [
    'a port out of range',
    ['nodePort: 30080', 'nodePort: 8080'],
    'web.yaml:29:5: Service "web": spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
    'choose one in that range, or leave it out to be given a free one',
  ],
])('it is told: %s', (_, [from = '', to = ''], what, fix) => {
  expect(web).toContain(from);
  expect(refusals(web.replace(from, to))).toEqual([`${what}\n    fix: ${fix}`]);
});

test('all that is wrong is told at once', () => {
  const bad = web
    .replace('replicas: 2', 'replicas: -1\n  replica: 2')
    .replace('image: nginx', 'image: 7')
    .replace('containerPort: 80', 'containerPort: 0')
    .replace('port: 80', 'port: http');
  const told = rehearse(manifestsOf(bad)).map(({ line, field }) => `${line} ${field}`);
  expect(told).toEqual([
    '15 spec.template.spec.containers[0].image',
    '7 spec.replica',
    '6 spec.replicas',
    '17 spec.template.spec.containers[0].ports[0].containerPort',
    '29 spec.ports[0].port',
  ]);
});

test('a namespace must be there before what is in it', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
  const inShop = web.replace('name: web\nspec:\n  replicas', 'name: web\n  namespace: shop\nspec:\n  replicas');
  expect(refusals(`${namespace}---\n${inShop}`)).toEqual([]);
  expect(refusals(inShop)).toEqual([
    'web.yaml:5:3: ReplicationController "web": metadata.namespace: namespaces "shop" not found\n    fix: add a manifest of the Namespace "shop" before this one',
  ]);
  expect(refusals(`${inShop}---\n${namespace}`)).toEqual([
    'web.yaml:5:3: ReplicationController "web": metadata.namespace: namespaces "shop" not found\n    fix: apply the Namespace at web.yaml:32:1 before this one',
  ]);
});

test('two Services cannot have one port of the nodes', () => {
  const other = web.slice(web.indexOf('---')).replace('name: web', 'name: other');
  expect(refusals(web + other)).toEqual([
    'web.yaml:40:5: Service "other": spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated\n    fix: choose another one, or leave it out to be given a free one',
  ]);
});

test('an object given again is applied over the first', () => {
  const job = (image: string) =>
    manifestsOf(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  restartPolicy: Never\n  containers:\n  - {name: a, image: ${image}}\n`,
    );
  expect(rehearse([...job('one'), ...job('two')])).toEqual([]);
  const [changed] = manifestsOf(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  restartPolicy: Always\n  containers:\n  - {name: a, image: one}\n',
  );
  expect(
    rehearse([...job('one'), ...(changed ? [changed] : [])]).map(({ field, what }) => `${field}: ${what}`),
  ).toEqual([expect.stringMatching(/^spec: Forbidden: pod updates may not change fields other than/)]);
});

test("the cluster's own settings count", () => {
  const settings = { 'kube-apiserver': { 'service-node-port-range': '8000-9000' } };
  expect(refusals(web.replace('nodePort: 30080', 'nodePort: 8080'), settings)).toEqual([]);
});

test('refusals can be thrown together', () => {
  const bad = manifestsOf(web.replace('replicas: 2', 'replicas: -1'));
  expect(() => demandAccepted(bad)).toThrow(ManifestError);
  expect(() => demandAccepted(bad)).toThrow(
    'web.yaml:6:3: ReplicationController "web": spec.replicas: Invalid value: -1: must be greater than or equal to 0\n    fix: write 0 or more',
  );
});
