import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  formatProblem,
  loadManifests,
  locateIn,
  ManifestError,
  readLocated,
  readManifests,
  readManifestText,
  yamlOptions,
} from './manifests.ts';

const read = (text: string) => readManifestText(text, { file: 'a.yaml' });
const complaints = (text: string) => read(text).problems.map(formatProblem);
const pod = (name: string, rest = '') => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n${rest}`;

describe('a manifest', () => {
  test('has its object, its kind and its place; what is in a namespace and names none is in default', () => {
    const { manifests, problems } = read('# ours\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n');
    expect(problems).toEqual([]);
    expect(manifests).toMatchObject([
      {
        object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' } },
        resource: 'services',
        place: { file: 'a.yaml', line: 3, column: 1 },
      },
    ]);
  });

  test('of a kind outside namespaces gets none', () => {
    const [manifest] = read('apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}').manifests;
    expect(manifest?.object.metadata).toEqual({ name: 'shop' });
  });

  test('comes from each document that is not empty, and from JSON as well', () => {
    const { manifests } = read(
      `---\n${pod('a')}---\n# nothing here\n---\n{"apiVersion": "v1",\n "kind": "Pod", "metadata": {"name": "b"}}`,
    );
    expect(manifests.map(({ object, place }) => [object.metadata.name, place.line])).toEqual([
      ['a', 2],
      ['b', 8],
    ]);
  });

  test('comes from each item of a List, and of a list of one kind, whose items need not tell it', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n';
    const pods =
      'apiVersion: v1\nkind: ReplicationControllerList\nitems:\n- metadata: {name: b}\n- metadata: {name: c}\n';
    const { manifests, problems } = read(`${list}---\n${pods}`);
    expect(problems).toEqual([]);
    expect(manifests.map(({ kind, object, place }) => `${kind.kind} ${object.metadata.name} ${place.line}`)).toEqual([
      'Pod a 4',
      'ReplicationController b 11',
      'ReplicationController c 12',
    ]);
    expect(manifests[2]?.locate('metadata.name')).toEqual({ file: 'a.yaml', line: 12, column: 14 });
  });
});

describe('a field', () => {
  const text = `apiVersion: v1
kind: ReplicationController
metadata:
  name: web
  annotations:
    example.com/a.b: x
    example.com/a: y
spec:
  template: &template
    spec:
      containers:
      - name: one
        image: nginx
      - {name: two, image: redis, ports: [{containerPort: 80}]}
  copy: *template
  merged:
    <<: *template
    more: 1
`;
  const place = (field: string) => {
    const { line, column } = read(text).manifests[0]?.locate(field) ?? {};
    return [line, column];
  };

  test('is found by the path Kubernetes writes', () => {
    expect(place('spec.template.spec.containers[0].image')).toEqual([13, 9]);
    expect(place('spec.template.spec.containers[1].image')).toEqual([14, 21]);
    expect(place('spec.template.spec.containers[1].ports[0].containerPort')).toEqual([14, 44]);
    expect(place('spec.template.spec.containers[1]')).toEqual([14, 9]);
  });

  test('may have dots in its name', () => {
    expect(place('metadata.annotations[example.com/a.b]')).toEqual([6, 5]);
    expect(place('metadata.annotations[example.com/a]')).toEqual([7, 5]);
    expect(place('metadata.annotations.example.com/a.b')).toEqual([6, 5]);
  });

  test('that is not there is where it would have to be', () => {
    expect(place('spec.template.spec.containers[0].ports[0].name')).toEqual([12, 9]);
    expect(place('spec.template.spec.containers[7].name')).toEqual([11, 7]);
    expect(place('status.phase')).toEqual([1, 1]);
  });

  test('is found behind an alias and in what is merged', () => {
    expect(place('spec.copy.spec.containers[0].name')).toEqual([12, 9]);
    expect(place('spec.merged.spec.containers[0].name')).toEqual([12, 9]);
    expect(place('spec.merged.more')).toEqual([18, 5]);
  });
});

describe('YAML', () => {
  test('is read as Kubernetes reads it', () => {
    const { manifests } = read(
      pod('a', 'spec: {a: yes, b: off, c: 0644, d: 80:80, e: 2024-05-01, f: "yes", g: 1e3, h: ~}'),
    );
    expect(manifests[0]?.object).toMatchObject({
      spec: { a: true, b: false, c: 0o644, d: '80:80', e: '2024-05-01', f: 'yes', h: null },
    });
  });

  test.each([
    [
      'apiVersion: v1\nmetadata:\n\tname: a',
      'a.yaml:3:1: not valid YAML: a tab is used for indentation',
      'indent with blanks',
    ],
    [
      'metadata:\n   name: a\n  labels: {}',
      'a.yaml:3:1: not valid YAML: this line is indented by another amount than its neighbours',
      'indent all fields of one map alike',
    ],
    [
      'kind: Pod: x',
      'a.yaml:1:7: not valid YAML: a map begins in the middle of a line',
      'quote a text that holds ": ", or begin a new line',
    ],
    ['spec: {}\nspec: {}', 'a.yaml:2:1: not valid YAML: this key is in the map already', 'take one of the two away'],
  ])('%j is refused', (text, what, fix) => {
    expect(complaints(text)).toEqual([`${what}\n    fix: ${fix}`]);
  });
});

describe('what is no object is refused:', () => {
  test.each([
    ['- a', 'a.yaml:1:1: an object is a map, not a list', 'write its apiVersion, kind and metadata'],
    [
      'kind: Deployment\nmetadata: {name: a}',
      'a.yaml:1:1: Deployment "a": apiVersion not set',
      'add a line such as "apiVersion: apps/v1"',
    ],
    ['apiVersion: v1\nKind: Pod\nmetadata: {name: a}', 'a.yaml:2:1: a: kind not set', 'write "kind" instead of "Kind"'],
    [
      'apiVersion: v1\nkind: Pod',
      'a.yaml:1:1: Pod: metadata.name: Required value: name or generateName is required',
      'give it a name under "metadata:"',
    ],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {name: 3}',
      'a.yaml:3:12: Pod: metadata.name: must be a text, not a number',
      "quote it: name: '3'",
    ],
    [
      'apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: web-',
      'a.yaml:4:3: Pod: metadata.generateName: from web-: cannot use generate name with apply',
      'give it a metadata.name instead',
    ],
    [
      'apiVersion: v1\nkind: Replicationcontroler\nmetadata: {name: a}',
      'a.yaml:2:1: Replicationcontroler "a": no matches for kind "Replicationcontroler" in version "v1"',
      'do you mean "ReplicationController"?',
    ],
    [
      'apiVersion: v1\nkind: Deploymnt\nmetadata: {name: a}',
      'a.yaml:2:1: Deploymnt "a": no matches for kind "Deploymnt" in version "v1"',
      'do you mean "Deployment" of "apiVersion: apps/v1"?',
    ],
    [
      'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}',
      'a.yaml:1:1: Deployment "a": apiVersion: no matches for kind "Deployment" in version "extensions/v1beta1"',
      'write "apiVersion: apps/v1"',
    ],
    [
      'apiVersion: example.com/v1\nkind: Unicorn\nmetadata: {name: a}',
      'a.yaml:2:1: Unicorn "a": no matches for kind "Unicorn" in version "example.com/v1"',
      'take it out: this API server does not serve such a kind',
    ],
  ])('%j', (text, what, fix) => {
    expect(complaints(text)).toEqual([`${what}\n    fix: ${fix}`]);
  });

  test('all of it, in all documents, and the rest is read', () => {
    const { manifests, problems } = read(`kind: Pod\n---\n${pod('a')}---\n${pod('b', 'spec: {')}`);
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a']);
    expect(problems.map(({ line, what }) => `${line} ${what}`)).toEqual([
      '1 apiVersion not set',
      '1 Required value: name or generateName is required',
      '10 not valid YAML: this line is indented by another amount than its neighbours',
    ]);
  });

  test('the same object twice', () => {
    expect(complaints(`${pod('a')}---\n${pod('b')}---\n${pod('a')}`)).toEqual([
      'a.yaml:9:1: Pod "a": metadata.name: the same object is at a.yaml:1:1 already\n    fix: take one of the two away, or give it another name or namespace',
    ]);
  });
});

describe('inside another file', () => {
  test('places are those of that file', () => {
    const { manifests, problems } = readManifestText(`${pod('a')}---\nkind: Pod\n`, {
      file: 'story.yaml',
      line: 10,
      indent: 4,
    });
    expect(manifests[0]?.place).toEqual({ file: 'story.yaml', line: 10, column: 5 });
    expect(problems[0]).toMatchObject({ file: 'story.yaml', line: 14, column: 5 });
  });

  test('parsed values are read as they are', () => {
    const [document] = parseAllDocuments('apply:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n', yamlOptions);
    const node = (document as { getIn(path: unknown[], keep: boolean): unknown }).getIn(['apply', 0], true);
    const place = (offset: number) => ({ file: 'story.yaml', line: offset });
    const { manifests } = readLocated([locateIn(document as never, node as never, place)]);
    expect(manifests[0]?.object.metadata).toEqual({ name: 'a', namespace: 'default' });
    expect(manifests[0]?.locate('kind')).toEqual({ file: 'story.yaml', line: 26 });
  });
});

describe('of paths', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    mkdirSync(join(folder, 'all', 'deeper'), { recursive: true });
    mkdirSync(join(folder, 'none'));
    writeFileSync(join(folder, 'all', 'b.yml'), pod('b'));
    writeFileSync(join(folder, 'all', 'a.yaml'), pod('a'));
    writeFileSync(join(folder, 'all', 'c.json'), '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}');
    writeFileSync(join(folder, 'all', 'readme.md'), '# no manifest');
    writeFileSync(join(folder, 'all', 'deeper', 'd.yaml'), pod('d'));
    writeFileSync(join(folder, 'pod.txt'), pod('t'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const names = (...paths: string[]) =>
    readManifests(paths, { from: folder }).manifests.map(({ object }) => object.metadata.name);

  test('a folder gives its YAML and JSON files in order, not those of its subfolders', () => {
    expect(names('all')).toEqual(['a', 'b', 'c']);
  });

  test('a file is read whatever it is called, and once, however often it is named', () => {
    expect(names('pod.txt', 'all/b.yml', 'all')).toEqual(['t', 'b', 'a', 'c']);
  });

  test('one that is not there, and a folder without manifests, are refused', () => {
    const file = (name: string) => join(folder, name);
    expect(readManifests(['al', 'none', 'quite-another'], { from: folder }).problems.map(formatProblem)).toEqual([
      `${file('al')}: the path "al" does not exist\n    fix: do you mean "${file('all')}"?`,
      `${file('none')}: the folder holds no manifests: recognized file extensions are [.json .yaml .yml]\n    fix: name the files themselves, or another folder`,
      `${file('quite-another')}: the path "quite-another" does not exist\n    fix: paths count from the file that names them`,
    ]);
    expect(() => loadManifests(['al'], { from: folder })).toThrow(ManifestError);
  });
});
