import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from './input-error.ts';
import { openScript, parseScript, type ScriptOptions } from './script.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-story-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string, options?: ScriptOptions) => parseScript(text, { file: 'a.yaml', folder }, options);

/** What is said of a story that cannot be played. */
function complaints(text: string, options?: ScriptOptions): string[] {
  try {
    read(text, options);
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('a story is refused with file, line, field and fix, when', () => {
  test('its YAML is broken', () => {
    expect(complaints('name: a\ncluster: {nodes: 3\nseed: 1')[0]).toMatch(/^a\.yaml:3:1: /);
  });

  test('it is empty', () => {
    expect(complaints('# nothing\n')).toEqual([
      'a.yaml:1:1: the story is empty',
      '    fix: begin with "name: ..." and "manifests: ..."',
    ]);
  });

  test('a field is unknown: the nearest one is named', () => {
    expect(complaints('name: a\ncluster:\n  nods: 3\n')).toEqual([
      'a.yaml:3:3: cluster.nods: there is no such field',
      '    fix: did you mean "nodes"?',
    ]);
  });

  test('a duration has no unit', () => {
    expect(complaints('name: a\nstory:\n  - at: 90\n    heal: all\n')).toEqual([
      'a.yaml:3:9: story[0].at: 90 is not a duration such as 90s, 500ms or 1m30s',
      '    fix: write 90s',
    ]);
  });

  test('an option sets a field of something that has none', () => {
    // It was an exception of the YAML library.
    expect(complaints('name: a\ncluster: {nodes: 3}\n', { set: ['cluster.nodes.count=3'] })).toEqual([
      '--set cluster.nodes.count=3: cluster.nodes.count: cluster.nodes has no fields',
      '    fix: set the field itself',
    ]);
  });

  test('there is more than one mistake: all are told, in the order they are written', () => {
    const text =
      'name: a\nstory:\n  - crash: {node: nod-1}\nexpect:\n  - ready: dep/web\ncluster: {settings: {kubelt: {}}}\n';
    expect(
      complaints(text)
        .filter((line) => line.startsWith('a.yaml'))
        .map((line) => line.split(':')[1]),
    ).toEqual(['3', '5', '6']);
  });

  test('a word is none of the few that may stand there', () => {
    expect(complaints('name: a\nstory:\n  - registry: unavailabel\n')).toEqual([
      'a.yaml:3:15: story[0].registry: "unavailabel" is not one of unavailable, silent, available',
      '    fix: did you mean "unavailable"?',
    ]);
  });

  test('a node, a component, a flag or a kind is unknown', () => {
    const text = `name: a
cluster:
  nodes: 2
  settings:
    kube-scheduler: {leader-elect-leese-duration: 3s}
story:
  - crash: {node: node-7}
  - scale: {rd/web: 2}
`;
    expect(complaints(text).filter((line) => !line.startsWith('    fix'))).toEqual([
      'a.yaml:5:22: cluster.settings.kube-scheduler.leader-elect-leese-duration: kube-scheduler has no flag --leader-elect-leese-duration',
      'a.yaml:7:19: story[0].crash.node: there is no node "node-7"',
      expect.stringMatching(/^a\.yaml:8:13: story\[1\]\.scale\[rd\/web\]: there is no kind "rd"$/),
    ]);
  });

  test('two things are to happen in one step', () => {
    expect(complaints('name: a\nstory:\n  - crash: {component: etcd}\n    heal: all\n')).toEqual([
      'a.yaml:4:5: story[0].heal: a step does one thing, and this one does crash and heal',
      '    fix: make a step of each',
    ]);
  });

  test('a fault is of no amount', () => {
    const text = `name: a
story:
  - skew: {node: node-1, drift: fast}
  - lose: {node: node-1, share: 120%}
`;
    expect(complaints(text)).toEqual([
      'a.yaml:3:33: story[0].skew.drift: "fast" is not parts per million such as 200ppm, or -200ppm',
      '    fix: here stands: how fast it runs from now on, timers too; slow with a minus',
      'a.yaml:4:33: story[1].lose.share: "120%" is not a part of a hundred such as 5%',
      '    fix: here stands: how many of them',
    ]);
  });

  test('a fault is done to whom it cannot befall, or says nothing', () => {
    const text = `name: a
story:
  - skew: {node: node-1}
  - skew: {node: node-1, ahead: 1h, behind: 1h}
  - skew: {node: node-1, drift: -1000000ppm}
  - skew: {pod: web, ahead: 1h}
  - disk: {component: kubelet, node: node-1, fsync: 1s}
  - disk: {component: etcd}
  - failProbes: {node: node-1, match: /healthz}
  - hold: {component: kube-scheduler, replica: 3}
`;
    expect(complaints(text)).toEqual([
      'a.yaml:3:5: story[0].skew: says nothing of the clock',
      '    fix: add ahead, behind or drift',
      'a.yaml:4:37: story[1].skew.behind: a clock is ahead or behind, not both',
      '    fix: leave one out',
      'a.yaml:5:33: story[2].skew.drift: with -1000000ppm time would stand still',
      '    fix: write more than -1000000ppm',
      'a.yaml:6:12: story[3].skew.pod: all on a machine go by one clock',
      '    fix: say its node: {node: {most: app=web}}',
      'a.yaml:7:12: story[4].disk.component: all on a machine write to one disk',
      '    fix: leave component out',
      'a.yaml:8:5: story[5].disk: says nothing of the disk',
      '    fix: add fsync or failure',
      'a.yaml:9:5: story[6].failProbes: only programs in pods have probes',
      '    fix: say which: {pod: {matching: app=web}}',
      'a.yaml:10:48: story[7].hold.replica: there is 1 replica of kube-scheduler, counted from 0',
    ]);
  });

  test('steps are out of order, or the end is before them', () => {
    const text = 'name: a\nstory:\n  - {at: 2m, heal: all}\n  - {at: 1m, heal: all}\nend: 30s\n';
    expect(complaints(text).filter((line) => !line.startsWith('    fix'))).toEqual([
      'a.yaml:4:10: story[1].at: comes after a step at 120s',
      'a.yaml:5:6: end: the story ends before its last step',
    ]);
  });

  test('an option of the command line sets what there is not', () => {
    expect(complaints('name: a\n', { set: ['cluster.nods=3'] })).toEqual([
      '--set cluster.nods=3: cluster.nods: there is no such field',
      '    fix: did you mean "nodes"?',
    ]);
    expect(complaints('name: a\n', { set: ['cluster'] })).toEqual([
      '--set cluster: is not path=value',
      '    fix: write a path, an equals sign and a value, such as --set cluster.nodes=20',
    ]);
  });

  test('a manifest written in it is one the API server refuses', () => {
    const text = `name: a
story:
  - apply:
      apiVersion: v1
      kind: ReplicationController
      metadata: {name: web}
      spec:
        replicas: -1
        selector: {app: web}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: nginx}]}
`;
    const [line, fix] = complaints(text);
    expect(line).toMatch(
      /^a\.yaml:8:\d+: ReplicationController "web": .*spec\.replicas.*-1.*greater than or equal to 0/,
    );
    expect(fix).toMatch(/^ {4}fix: /);
  });

  test('a file of manifests does not exist, or names a field no kind has', () => {
    expect(complaints('name: a\nmanifests: nowhere.yaml\n')[0]).toMatch(
      /nowhere\.yaml: the path "nowhere\.yaml" does not exist$/,
    );
    writeFileSync(join(folder, 'pod.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  contaners: []\n');
    expect(complaints('name: a\nmanifests: pod.yaml\n')[0]).toMatch(
      /pod\.yaml:5:3: Pod "a": strict decoding error: unknown field "spec\.contaners"$/,
    );
  });

  test('a static pod is no pod', () => {
    const text = `name: a
story:
  - place:
      node: node-1
      file: web.yaml
      manifest: {apiVersion: v1, kind: Namespace, metadata: {name: web}}
`;
    expect(complaints(text)).toEqual([
      'a.yaml:6:7: story[0].place.manifest: is a Namespace',
      '    fix: a static pod is one Pod',
    ]);
  });
});

describe('a story that is right', () => {
  test('is applied over by what the command line sets', () => {
    const script = read('name: a\nseed: 7\ncluster: {nodes: 2}\n', { set: ['cluster.nodes=5', 'about=more'], seed: 9 });
    expect(script.story).toMatchObject({ cluster: { nodes: 5 }, about: 'more' });
    expect(script.seed).toBe(9);
  });

  test('may apply again what it deleted before', () => {
    const pod = (image: string) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: ${image}, env: [{name: X}]}]}}`;
    const text = `name: a\nstory:\n  - apply: ${pod('one')}\n  - delete: pod/a\n  - after: 1m\n    apply: ${pod('two').replace('env', 'command: [x], env')}\n`;
    expect(complaints(text)).toEqual([]);
  });

  test('is made of manifests that come without one', () => {
    writeFileSync(
      join(folder, 'alone.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n',
    );
    const script = openScript([join(folder, 'alone.yaml')]);
    expect(script.manifests.first.map(({ object }) => object.metadata.name)).toEqual(['a']);
    expect(script.story.expect).toEqual([{ ready: 'all' }, { answers: 'all', within: '30s' }]);
  });
});
