/** The checks of the Pod Security Standards: what a pod may not be in a namespace of level baseline, and of level restricted. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta, PodSpec } from '../../../../protocol/objects.ts';

/** Says what is wrong, and where; undefined where nothing is. */
type Check = (spec: PodSpec, metadata: Partial<ObjectMeta>) => readonly [reason: string, detail: string] | undefined;
type Container = Pick<core.Container, 'name' | 'ports' | 'securityContext'>;

function containersOf({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers, ...(ephemeralContainers as Container[])];
}

function quoteAll(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(', ');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Names things as in `container "a"` or `containers "a", "b"`. */
function named(word: string, names: readonly string[]): string {
  return `${names.length === 1 ? word : `${word}s`} ${quoteAll(names)}`;
}

/** Names who sets something: the pod itself, and containers. */
function setters(isPod: boolean, names: readonly string[]): string {
  return [...(isPod ? ['pod'] : []), ...(names.length > 0 ? [named('container', names)] : [])].join(' and ');
}

function namesOf(spec: PodSpec, isBad: (container: Container) => boolean): string[] {
  return containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);
}

/** Gives a container a check that refuses some of its values: whose they are, and which. */
function badValues(
  spec: PodSpec,
  valuesOf: (container: Container) => readonly string[],
): { names: string[]; values: string[] } {
  const names = namesOf(spec, (container) => valuesOf(container).length > 0);
  return { names, values: unique(containersOf(spec).flatMap(valuesOf)) };
}

const harmlessCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const selinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t']);
const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]);

const isProfile = (type: string) => type === 'RuntimeDefault' || type === 'Localhost';

const appArmor: Check = (spec, { annotations = {} }) => {
  const typeOf = (context: { appArmorProfile?: { type?: string } } | undefined) => {
    const type = context?.appArmorProfile?.type;
    return type === undefined || isProfile(type) ? [] : [type];
  };
  const ofPod = typeOf(spec.securityContext as { appArmorProfile?: { type?: string } } | undefined);
  const { names, values } = badValues(spec, ({ securityContext }) =>
    typeOf(securityContext as { appArmorProfile?: { type?: string } } | undefined),
  );
  const marks = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^$|^runtime\/default$|^localhost\//.test(value))
    .map(([key, value]) => `${key}="${value}"`)
    .sort();
  const bad = [...unique([...ofPod, ...values]), ...marks];
  if (bad.length === 0) return undefined;
  const who = [
    setters(ofPod.length > 0, names),
    marks.length === 0 ? '' : marks.length === 1 ? 'annotation' : 'annotations',
  ];
  const detail = `${who.filter((text) => text !== '').join(' and ')} must not set AppArmor profile type to ${quoteAll(bad)}`;
  return [bad.length === 1 ? 'forbidden AppArmor profile' : 'forbidden AppArmor profiles', detail];
};

const capabilities: Check = (spec) => {
  const { names, values } = badValues(spec, ({ securityContext }) =>
    (securityContext?.capabilities?.add ?? []).filter((one) => !harmlessCapabilities.has(one)),
  );
  if (names.length === 0) return undefined;
  const detail = `${named('container', names)} must not include ${quoteAll(values)} in securityContext.capabilities.add`;
  return ['non-default capabilities', detail];
};

const hostNamespaces: Check = (spec) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  return shared.length === 0 ? undefined : ['host namespaces', shared.map((field) => `${field}=true`).join(', ')];
};

const hostPaths: Check = ({ volumes = [] }) => {
  const names = volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  return names.length === 0 ? undefined : ['hostPath volumes', named('volume', names)];
};

const hostPorts: Check = (spec) => {
  const { names, values } = badValues(spec, ({ ports = [] }) =>
    ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : [])),
  );
  if (names.length === 0) return undefined;
  const word = values.length === 1 ? 'hostPort' : 'hostPorts';
  return [
    'hostPort',
    `${named('container', names)} ${names.length === 1 ? 'uses' : 'use'} ${word} ${values.join(', ')}`,
  ];
};

const privileged: Check = (spec) => {
  const names = namesOf(spec, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return ['privileged', `${named('container', names)} must not set securityContext.privileged=true`];
};

const procMount: Check = (spec) => {
  const { names, values } = badValues(spec, ({ securityContext }) => {
    const mount = securityContext?.procMount;
    return mount === undefined || mount === 'Default' ? [] : [mount];
  });
  if (names.length === 0) return undefined;
  return ['procMount', `${named('container', names)} must not set securityContext.procMount to ${quoteAll(values)}`];
};

const selinux: Check = (spec) => {
  const all = [spec.securityContext, ...containersOf(spec).map(({ securityContext }) => securityContext)]
    .map((context) => context?.seLinuxOptions)
    .filter((options) => options !== undefined);
  const isBad = (options: core.SELinuxOptions | undefined) =>
    options !== undefined && (!selinuxTypes.has(options.type ?? '') || !!options.user || !!options.role);
  const names = namesOf(spec, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const who = setters(isBad(spec.securityContext?.seLinuxOptions), names);
  if (who === '') return undefined;
  const types = unique(all.map(({ type = '' }) => type).filter((type) => !selinuxTypes.has(type)));
  const what = [
    ...(types.length > 0 ? [named('type', types)] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  return ['seLinuxOptions', `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`];
};

const seccompBaseline: Check = (spec) => {
  const typeOf = (context: { seccompProfile?: core.SeccompProfile } | undefined) => {
    const type = context?.seccompProfile?.type;
    return type === undefined || isProfile(type) ? [] : [type];
  };
  const ofPod = typeOf(spec.securityContext);
  const { names, values } = badValues(spec, ({ securityContext }) => typeOf(securityContext));
  const who = setters(ofPod.length > 0, names);
  if (who === '') return undefined;
  const types = quoteAll(unique([...ofPod, ...values]));
  return ['seccompProfile', `${who} must not set securityContext.seccompProfile.type to ${types}`];
};

const sysctls: Check = ({ securityContext }) => {
  const names = (securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !safeSysctls.has(name));
  return names.length === 0 ? undefined : ['forbidden sysctls', names.join(', ')];
};

const hostProcess: Check = (spec) => {
  const isBad = (context: { windowsOptions?: core.WindowsSecurityContextOptions } | undefined) =>
    context?.windowsOptions?.hostProcess === true;
  const who = setters(
    isBad(spec.securityContext),
    namesOf(spec, ({ securityContext }) => isBad(securityContext)),
  );
  return who === ''
    ? undefined
    : ['hostProcess', `${who} must not set securityContext.windowsOptions.hostProcess=true`];
};

const escalation: Check = (spec) => {
  if (spec.os?.name === 'windows') return undefined;
  const names = namesOf(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  const detail = `${named('container', names)} must set securityContext.allowPrivilegeEscalation=false`;
  return ['allowPrivilegeEscalation != false', detail];
};

const capabilitiesRestricted: Check = (spec) => {
  if (spec.os?.name === 'windows') return undefined;
  const keeping = namesOf(spec, ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'));
  const { names, values } = badValues(spec, ({ securityContext }) =>
    (securityContext?.capabilities?.add ?? []).filter((one) => one !== 'NET_BIND_SERVICE'),
  );
  const details = [
    ...(keeping.length > 0
      ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(names.length > 0
      ? [`${named('container', names)} must not include ${quoteAll(values)} in securityContext.capabilities.add`]
      : []),
  ];
  return details.length === 0 ? undefined : ['unrestricted capabilities', details.join('; ')];
};

const harmlessVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const volumeTypes: Check = ({ volumes = [] }) => {
  const typeOf = (volume: core.Volume) => Object.keys(volume).find((field) => field !== 'name') ?? 'unknown';
  const bad = volumes.filter((volume) => !harmlessVolumes.some((field) => field in volume));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = unique(bad.map(typeOf));
  const verb = names.length === 1 ? 'uses' : 'use';
  return ['restricted volume types', `${named('volume', names)} ${verb} ${named('restricted volume type', types)}`];
};

const nonRoot: Check = (spec) => {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const who = setters(
    ofPod === false,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false),
  );
  if (who !== '') return ['runAsNonRoot != true', `${who} must not set securityContext.runAsNonRoot=false`];
  const open = namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (ofPod === true || open.length === 0) return undefined;
  return ['runAsNonRoot != true', `pod or ${named('container', open)} must set securityContext.runAsNonRoot=true`];
};

const rootUser: Check = (spec) => {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0),
  );
  return who === '' ? undefined : ['runAsUser=0', `${who} must not set runAsUser=0`];
};

const seccompRestricted: Check = (spec, metadata) => {
  if (spec.os?.name === 'windows') return undefined;
  const explicit = seccompBaseline(spec, metadata);
  if (explicit !== undefined || spec.securityContext?.seccompProfile !== undefined) return explicit;
  const open = namesOf(spec, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (open.length === 0) return undefined;
  const detail = `pod or ${named('container', open)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return ['seccompProfile', detail];
};

/** In the order Kubernetes tells them: by name. */
const baseline = [
  appArmor,
  capabilities,
  hostNamespaces,
  hostPaths,
  hostPorts,
  privileged,
  procMount,
  selinux,
  seccompBaseline,
  sysctls,
  hostProcess,
];
/** Three of the checks of baseline are made by stricter ones here. */
const restricted = [
  ...baseline.filter((check) => check !== capabilities && check !== hostPaths && check !== seccompBaseline),
  escalation,
  capabilitiesRestricted,
  volumeTypes,
  nonRoot,
  rootUser,
  seccompRestricted,
];

/** A level of the Pod Security Standards. */
export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';
const checks: Readonly<Record<SecurityLevel, readonly Check[]>> = { privileged: [], baseline, restricted };

/** Tells all that a pod does against a level, as one line; empty where nothing. */
export function violations(level: SecurityLevel, spec: PodSpec, metadata: Partial<ObjectMeta>): string {
  return violated(level, spec, metadata)
    .map(([reason, detail]) => (detail === '' ? reason : `${reason} (${detail})`))
    .join(', ');
}

/** Tells the same without the details. */
export function violationReasons(level: SecurityLevel, spec: PodSpec, metadata: Partial<ObjectMeta>): string {
  return violated(level, spec, metadata)
    .map(([reason]) => reason)
    .join(', ');
}

function violated(level: SecurityLevel, spec: PodSpec, metadata: Partial<ObjectMeta>) {
  return checks[level].map((check) => check(spec, metadata)).filter((found) => found !== undefined);
}
