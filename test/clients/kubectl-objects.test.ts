/** A working week with kubectl, first day: objects, from `create` to `delete`. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCluster, squeeze } from './cluster.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await LiveCluster.start();
});
afterAll(() => cluster.stop());

const web = (image: string, replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
        ports: [{containerPort: 80}]
`;

describe('making things', () => {
  it('imperatively, each kind by its own command', async () => {
    expect(await cluster.run('create namespace shop')).toBe('namespace/shop created\n');
    expect(await cluster.run('create configmap settings --from-literal=colour=red -n shop')).toBe(
      'configmap/settings created\n',
    );
    expect(await cluster.run('create secret generic key --from-literal=password=s3cret -n shop')).toBe(
      'secret/key created\n',
    );
    expect(await cluster.run('create deployment api --image=api:1 --replicas=2 -n shop')).toBe(
      'deployment.apps/api created\n',
    );
    expect(await cluster.run('create job once --image=busybox -n shop')).toBe('job.batch/once created\n');
    // Before 1.21 kubectl knew these kinds only in versions that v1.30 does not serve any more.
    if (cluster.minor >= 21) {
      expect(await cluster.run('create poddisruptionbudget api --selector=app=api --min-available=1 -n shop')).toBe(
        'poddisruptionbudget.policy/api created\n',
      );
      expect(await cluster.run("create cronjob nightly --image=busybox '--schedule=0 3 * * *' -n shop")).toBe(
        'cronjob.batch/nightly created\n',
      );
    }
    expect(await cluster.run('create quota small --hard=pods=50 -n shop')).toBe('resourcequota/small created\n');
    expect(await cluster.run('create serviceaccount robot -n shop')).toBe('serviceaccount/robot created\n');
    expect(await cluster.run('create role reader --verb=get,list --resource=pods -n shop')).toBe(
      'role.rbac.authorization.k8s.io/reader created\n',
    );
    expect(await cluster.run('create rolebinding robots --role=reader --serviceaccount=shop:robot -n shop')).toBe(
      'rolebinding.rbac.authorization.k8s.io/robots created\n',
    );
    expect(await cluster.run('create priorityclass high --value=1000')).toBe(
      'priorityclass.scheduling.k8s.io/high created\n',
    );
    expect(await cluster.run("create ingress front '--rule=shop.example/*=api:80' -n shop")).toBe(
      'ingress.networking.k8s.io/front created\n',
    );
  });

  it('by `run` and `expose`', async () => {
    expect(await cluster.run('run solo --image=nginx --port=80 --labels=app=solo')).toBe('pod/solo created\n');
    expect(await cluster.run('wait --for=condition=Ready pod/solo --timeout=60s')).toBe('pod/solo condition met\n');
    expect(await cluster.run('expose pod solo --port=80 --name=solo')).toBe('service/solo exposed\n');
    const [head, row] = squeeze(await cluster.run('get service solo -o wide'));
    expect(head).toBe('NAME | TYPE | CLUSTER-IP | EXTERNAL-IP | PORT(S) | AGE | SELECTOR');
    expect(row).toMatch(/^solo \| ClusterIP \| 10\.\S+ \| <none> \| 80\/TCP \| \S+ \| app=solo$/);
  });

  it('declaratively: apply, look at the difference, apply again', async () => {
    const file = cluster.file('web.yaml', web('web:1', 2));
    expect(await cluster.run(`apply -f ${file}`)).toBe('deployment.apps/web created\n');
    expect(await cluster.run(`apply -f ${file}`)).toBe('deployment.apps/web unchanged\n');
    cluster.file('web.yaml', web('web:2', 3));
    const { code, out } = await cluster.kubectl(`diff -f ${file}`);
    expect(code).toBe(1);
    expect(out).toMatch(/^-\s+replicas: 2$/m);
    expect(out).toMatch(/^\+\s+- image: web:2$/m);
    expect(await cluster.run(`apply -f ${file}`)).toBe('deployment.apps/web configured\n');
    expect(await cluster.run('rollout status deployment/web --timeout=60s')).toContain(
      'deployment "web" successfully rolled out',
    );
  });

  it('by the server: apply with owners of fields, conflicts, and force', async () => {
    const file = cluster.file(
      'settings.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {a: "1", b: "2"}\n',
    );
    expect(await cluster.run(`apply --server-side --field-manager=team-a -f ${file}`)).toBe(
      'configmap/owned serverside-applied\n',
    );
    cluster.file('settings.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {a: "9"}\n');
    const conflict = await cluster.refused(`apply --server-side --field-manager=team-b -f ${file}`);
    expect(conflict).toContain('Apply failed with 1 conflict: conflict with "team-a": .data.a');
    expect(await cluster.run(`apply --server-side --field-manager=team-b --force-conflicts -f ${file}`)).toBe(
      'configmap/owned serverside-applied\n',
    );
    expect(await cluster.run("get configmap owned -o 'jsonpath={.data}'")).toBe('{"a":"9","b":"2"}');
  });

  it('with --prune: what is no longer in the files goes', async () => {
    const both =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: keep, labels: {set: x}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: drop, labels: {set: x}}\n';
    const file = cluster.file('set.yaml', both);
    await cluster.run(`apply -f ${file}`);
    cluster.file('set.yaml', both.split('---\n')[0] ?? '');
    const allowed = cluster.minor < 26 ? '--prune-whitelist' : '--prune-allowlist';
    const out = await cluster.run(`apply -f ${file} --prune -l set=x ${allowed}=core/v1/ConfigMap`);
    expect(out).toContain('configmap/drop pruned');
    expect(await cluster.run('get configmap -l set=x -o name')).toBe('configmap/keep\n');
  });

  it('dry: nothing is stored, whoever tries', async () => {
    expect(await cluster.run('create configmap dry --from-literal=a=b --dry-run=client -o name')).toBe(
      'configmap/dry\n',
    );
    expect(await cluster.run('create configmap dry --from-literal=a=b --dry-run=server')).toBe(
      'configmap/dry created (server dry run)\n',
    );
    expect(await cluster.refused('get configmap dry')).toBe('Error from server (NotFound): configmaps "dry" not found');
  });
});

describe('looking at things', () => {
  it('as a table, with the columns the server gives', async () => {
    const [head, ...rows] = squeeze(await cluster.run('get pods -l app=web'));
    expect(head).toBe('NAME | READY | STATUS | RESTARTS | AGE');
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/^web-\S+ \| 1\/1 \| Running \| 0 \| \S+$/);
  });

  it('wide, of all namespaces, with labels, sorted', async () => {
    const [head] = squeeze(await cluster.run('get pods -A -o wide --sort-by=.metadata.name'));
    expect(head).toBe(
      'NAMESPACE | NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES',
    );
    const names = (await cluster.run('get pods -l app=web --sort-by=.metadata.creationTimestamp -o name'))
      .trim()
      .split('\n');
    expect(names).toHaveLength(3);
    expect((await cluster.run('get deployment web --show-labels')).trim()).toMatch(/app=web$/);
    expect(squeeze(await cluster.run('get deployment web -L app'))[0]).toBe(
      'NAME | READY | UP-TO-DATE | AVAILABLE | AGE | APP',
    );
  });

  it('as JSON, YAML, names, by JSONPath, templates and columns of one’s own', async () => {
    expect(JSON.parse(await cluster.run('get deployment web -o json'))).toMatchObject({
      kind: 'Deployment',
      spec: { replicas: 3 },
    });
    expect(await cluster.run('get deployment web -o yaml')).toMatch(/^apiVersion: apps\/v1$/m);
    expect(await cluster.run('get deployment web -o name')).toBe('deployment.apps/web\n');
    expect(await cluster.run("get deployment web -o 'jsonpath={.spec.template.spec.containers[*].image}'")).toBe(
      'web:2',
    );
    expect(await cluster.run("get deployment web -o 'go-template={{.spec.replicas}}'")).toBe('3');
    expect(
      squeeze(await cluster.run('get deployment web -o custom-columns=N:.metadata.name,R:.spec.replicas')),
    ).toEqual(['N | R', 'web | 3']);
  });

  it('several kinds at once, by short names, by selectors of labels and fields', async () => {
    const all = await cluster.run('get deploy,rs,po -l app=web -o name');
    expect(all).toMatch(/deployment\.apps\/web\nreplicaset\.apps\/web-\S+\n/);
    expect(await cluster.run('get pods --field-selector=metadata.name=solo -o name')).toBe('pod/solo\n');
    expect(await cluster.run("get pods -l 'app in (solo),app!=web' -o name")).toBe('pod/solo\n');
    expect((await cluster.kubectl('get pods -l app=nobody')).err).toBe('No resources found in default namespace.\n');
  });

  it('as they change: get -w', async () => {
    const watching = cluster.start('get pods -l app=watched -w -o name');
    await cluster.run('run watched --image=nginx --labels=app=watched');
    await watching.until(/pod\/watched\n/);
    expect((await watching.stop()).out).toMatch(/^pod\/watched\n/);
  });

  it('described, with events', async () => {
    const out = await cluster.run('describe pod solo');
    expect(out).toMatch(/^Name:\s+solo$/m);
    expect(out).toMatch(/^Status:\s+Running$/m);
    expect(out).toMatch(/Normal\s+Scheduled\s.*Successfully assigned default\/solo to node-\d/);
    expect(out).toMatch(/Normal\s+Started\s.*Started container solo/);
  });

  it('every kind can be described', async () => {
    for (const what of [
      'node node-1',
      'deployment web',
      'rs -l app=web',
      'service solo',
      'endpoints solo',
      'namespace shop',
      'configmap owned',
    ]) {
      expect(await cluster.run(`describe ${what}`)).toMatch(/^Name:/m);
    }
    for (const what of [
      'secret key',
      'job once',
      ...(cluster.minor >= 21 ? ['cronjob nightly', 'pdb api'] : []),
      'quota small',
      'sa robot',
      'role reader',
      'rolebinding robots',
      'ingress front',
    ]) {
      expect(await cluster.run(`describe ${what} -n shop`)).toMatch(/^Name:/m);
    }
    expect(await cluster.run('describe priorityclass high')).toMatch(/^Value:\s+1000$/m);
  });
});

describe('changing things', () => {
  it('by patch, of three types', async () => {
    expect(
      await cluster.run(
        `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}'`,
      ),
    ).toBe('deployment.apps/web patched\n');
    expect(await cluster.run("get deployment web -o 'jsonpath={.spec.template.spec.containers[0].image}'")).toBe(
      'web:2',
    );
    expect(await cluster.run(`patch deployment web --type=merge -p '{"metadata":{"annotations":{"note":"x"}}}'`)).toBe(
      'deployment.apps/web patched\n',
    );
    expect(
      await cluster.run(`patch deployment web --type=json -p '[{"op":"remove","path":"/metadata/annotations/note"}]'`),
    ).toBe('deployment.apps/web patched\n');
    expect(await cluster.run(`patch deployment web --type=merge -p '{}'`)).toBe(
      'deployment.apps/web patched (no change)\n',
    );
  });

  it('by label and annotate', async () => {
    expect(await cluster.run('label pod solo tier=front')).toBe('pod/solo labeled\n');
    expect(await cluster.refused('label pod solo tier=back')).toContain(
      "'tier' already has a value (front), and --overwrite is false",
    );
    expect(await cluster.run('label pod solo tier=back --overwrite')).toBe('pod/solo labeled\n');
    expect(await cluster.run('label pod solo tier-')).toMatch(/^pod\/solo (un)?labeled\n$/);
    expect(await cluster.run("annotate pod solo 'note=a note'")).toBe('pod/solo annotated\n');
  });

  it('by set: image, env, resources, selector', async () => {
    expect(await cluster.run('set image deployment/web web=web:3')).toBe('deployment.apps/web image updated\n');
    expect(await cluster.run('set env deployment/web B=2')).toBe('deployment.apps/web env updated\n');
    expect(await cluster.run('set resources deployment/web --requests=cpu=10m')).toBe(
      'deployment.apps/web resource requirements updated\n',
    );
    expect(await cluster.run('set serviceaccount deployment web default')).toBe(
      'deployment.apps/web serviceaccount updated\n',
    );
  });

  it('by edit', async () => {
    cluster.editor = `sed -i s/replicas:.3/replicas:\\ 1/`;
    expect(await cluster.run('edit deployment web')).toBe('deployment.apps/web edited\n');
    cluster.editor = 'true';
    expect((await cluster.kubectl('edit deployment web')).err).toBe('Edit cancelled, no changes made.\n');
    expect(await cluster.run("get deployment web -o 'jsonpath={.spec.replicas}'")).toBe('1');
  });

  it('by replace, which needs the version it was read at', async () => {
    const object = JSON.parse(await cluster.run('get configmap owned -o json'));
    const file = cluster.file('owned.json', JSON.stringify({ ...object, data: { a: '10' } }));
    expect(await cluster.run(`replace -f ${file}`)).toBe('configmap/owned replaced\n');
    expect(await cluster.refused(`replace -f ${file}`)).toContain(
      'Operation cannot be fulfilled on configmaps "owned": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('by scale and autoscale', async () => {
    expect(await cluster.run('scale deployment web --replicas=2')).toBe('deployment.apps/web scaled\n');
    expect(await cluster.refused('scale deployment web --current-replicas=7 --replicas=1')).toContain(
      'Expected replicas to be 7, was 2',
    );
    expect(await cluster.run('autoscale deployment web --min=1 --max=5 --cpu-percent=80')).toBe(
      'horizontalpodautoscaler.autoscaling/web autoscaled\n',
    );
    expect(squeeze(await cluster.run('get hpa'))[0]).toBe(
      'NAME | REFERENCE | TARGETS | MINPODS | MAXPODS | REPLICAS | AGE',
    );
  });
});

describe('removing things', () => {
  it('one, several, by selector, and not finding them', async () => {
    expect(await cluster.run('delete pod watched')).toBe('pod "watched" deleted\n');
    expect(await cluster.run('delete configmap -l set=x')).toBe('configmap "keep" deleted\n');
    expect(await cluster.refused('delete configmap keep')).toBe(
      'Error from server (NotFound): configmaps "keep" not found',
    );
    expect(await cluster.run('delete configmap keep --ignore-not-found')).toBe('');
  });

  it('with their dependents, or leaving them', async () => {
    await cluster.run('delete hpa web');
    expect(await cluster.run('delete deployment web --cascade=orphan')).toBe('deployment.apps "web" deleted\n');
    expect(await cluster.run('get rs -l app=web -o name')).toMatch(/replicaset\.apps\/web-/);
    await cluster.run('delete rs -l app=web --cascade=foreground');
    expect((await cluster.kubectl('get rs -l app=web')).err).toBe('No resources found in default namespace.\n');
  });

  it('at once, without grace', async () => {
    const { err } = await cluster.kubectl('delete pod solo --grace-period=0 --force');
    expect(err).toMatch(/Immediate deletion does not wait for confirmation/);
  });

  it('a namespace, with all that is in it', async () => {
    expect(await cluster.run('delete namespace shop')).toBe('namespace "shop" deleted\n');
    expect(await cluster.refused('get namespace shop')).toBe(
      'Error from server (NotFound): namespaces "shop" not found',
    );
    expect(await cluster.refused('get pods -n shop').catch(() => 'none')).toBe('none');
  });
});
