/** What a pod leaves open, filled in as Kubernetes's core/v1 defaulting does. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { Pod, PodSpec, PodTemplateSpec } from '../../../../protocol/objects.ts';
import { remembered } from '../../../../protocol/remembered.ts';
import { fill, fillZeros, refit, refitEach } from './fill.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Fills in a pod: what every pod spec gets, and what only pods get, not templates. */
export function defaultPod(pod: Pod): Pod {
  const spec = defaultSpecOfPod(pod.spec ?? {});
  return spec === pod.spec ? pod : { ...pod, spec };
}

const defaultSpecOfPod = remembered((given: PodSpec): PodSpec => {
  // Admission comes before validation, which refuses a pod without containers.
  const spec = fill(defaultPodSpec(given), { enableServiceLinks: true, containers: [] });
  const containers = (list: core.Container[]) => refitEach(list, (container) => defaultOfPod(container, spec));
  return refit(refit(spec, 'containers', containers), 'initContainers', containers);
});

/** Fills in the template that a controller makes pods of. */
export function defaultTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const spec = defaultPodSpec(template.spec ?? ({} as PodSpec));
  return fill(spec === template.spec ? template : { ...template, spec }, { metadata: {} });
}

/** Fills in a pod spec wherever it stands. */
function defaultPodSpec(spec: PodSpec): PodSpec {
  const account = spec.serviceAccountName || spec.serviceAccount;
  let filled = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    // The older field is kept as a second name of the newer one.
    ...(account && { serviceAccountName: account, serviceAccount: account }),
  });
  filled = refit(filled, 'containers', (list) => refitEach(list, defaultContainer));
  filled = refit(filled, 'initContainers', (list) => refitEach(list, defaultContainer));
  filled = refit(filled, 'ephemeralContainers', (list) =>
    refitEach(list, (container) => defaultContainer(container) as core.EphemeralContainer),
  );
  return refit(filled, 'volumes', (list) => refitEach(list, defaultVolume));
}

function defaultContainer<T extends core.Container | core.EphemeralContainer>(container: T): T {
  let filled: core.Container = fill(container as core.Container, {
    imagePullPolicy: tagOf(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  filled = refit(filled, 'ports', (list) => refitEach(list, (port) => fill(port, { protocol: 'TCP' })));
  filled = refit(filled, 'env', (list) => refitEach(list, defaultVariable));
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    filled = refit(filled, probe, defaultProbe);
  }
  return refit(filled, 'lifecycle', defaultLifecycle) as T;
}

function defaultVariable(variable: core.EnvVar): core.EnvVar {
  return refit(variable, 'valueFrom', (source) =>
    refit(source, 'fieldRef', (field) => fill(field, { apiVersion: 'v1' })),
  );
}

function defaultProbe(probe: core.Probe): core.Probe {
  const filled = fillZeros(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  return refit(refit(filled, 'httpGet', defaultHttpGet), 'grpc', (grpc) => fill(grpc, { service: '' }));
}

function defaultLifecycle(lifecycle: core.Lifecycle): core.Lifecycle {
  const handler = (one: core.LifecycleHandler) => refit(one, 'httpGet', defaultHttpGet);
  return refit(refit(lifecycle, 'postStart', handler), 'preStop', handler);
}

function defaultHttpGet(action: core.HTTPGetAction): core.HTTPGetAction {
  return fill(action, { path: '/', scheme: 'HTTP' });
}

/** Only in a pod itself: what is limited and not asked for is asked for in full; host ports follow the host's network. */
function defaultOfPod(container: core.Container, spec: PodSpec): core.Container {
  const limits = container.resources?.limits;
  const asking =
    limits === undefined
      ? container
      : refit(container, 'resources', (resources) => {
          const requests = fillMap(resources.requests ?? {}, limits);
          return requests === resources.requests ? resources : { ...resources, requests };
        });
  if (spec.hostNetwork !== true) return asking;
  const onHost = (port: core.ContainerPort) => fillZeros(port, { hostPort: port.containerPort });
  return refit(asking, 'ports', (list) => refitEach(list, onHost));
}

/** Gives the map with the values of another where it has none; itself where it lacks nothing. */
export function fillMap(map: Record<string, string>, other: Readonly<Record<string, string>>): Record<string, string> {
  return Object.keys(other).every((key) => key in map) ? map : { ...other, ...map };
}

/** Gives an image's tag: `latest` where it has neither tag nor digest. */
function tagOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const colon = name.lastIndexOf(':');
  // A colon before the last slash is a registry's port.
  if (colon > name.lastIndexOf('/')) return name.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}
