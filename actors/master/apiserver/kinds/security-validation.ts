/** Security contexts of pods and containers. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { rangeMessage } from '../../../../protocol/names.ts';
import type { PodSpec } from '../../../../protocol/objects.ts';
import { validateDescendingPath } from './volume-mount-validation.ts';

const highestId = 2 ** 31 - 1;

/** Checks a user or group number. */
function validateId(id: number | undefined, path: string): FieldError[] {
  return id === undefined || (id >= 0 && id <= highestId) ? [] : [invalid(path, id, rangeMessage(0, highestId))];
}

/** Checks a container's own context. Privileged containers are let in, as with `--allow-privileged`. */
export function validateSecurityContext(context: core.SecurityContext | undefined, path: string): FieldError[] {
  if (context === undefined) return [];
  const errors = [
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
  ];
  if (context.procMount !== undefined && !['Default', 'Unmasked'].includes(context.procMount)) {
    errors.push(notSupported(`${path}.procMount`, context.procMount, ['Default', 'Unmasked']));
  }
  errors.push(...validateProfile(context.seccompProfile, 'seccomp', 'seccompProfile', path));
  if (context.allowPrivilegeEscalation === false && context.privileged === true) {
    errors.push(invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  }
  if (context.allowPrivilegeEscalation === false && context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    errors.push(
      invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'),
    );
  }
  return [...errors, ...validateProfile(context.appArmorProfile, 'AppArmor', 'appArmorProfile', path)];
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateProfile(
  profile: core.SeccompProfile | core.AppArmorProfile | undefined,
  name: string,
  field: string,
  path: string,
): FieldError[] {
  if (profile === undefined) return [];
  const here = `${path}.${field}`;
  const errors: FieldError[] = [];
  if (!profile.type) errors.push(required(`${here}.type`, `type is required when ${field} is set`));
  else if (!profileTypes.includes(profile.type)) errors.push(notSupported(`${here}.type`, profile.type, profileTypes));
  const local = profile.localhostProfile;
  if (profile.type !== 'Localhost') {
    const detail = `can only be set when ${name} type is Localhost`;
    return local === undefined ? errors : [...errors, invalid(`${here}.localhostProfile`, local, detail)];
  }
  if (!local) return [...errors, required(`${here}.localhostProfile`, `must be set when ${name} type is Localhost`)];
  return name === 'seccomp' ? [...errors, ...validateDescendingPath(local, `${here}.localhostProfile`)] : errors;
}

const sysctlPattern = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlName = new RegExp(`^${sysctlPattern}$`);
const groupPolicies = ['Always', 'OnRootMismatch'];

/** Checks the context that all containers of a pod share. */
export function validatePodSecurityContext(spec: PodSpec, path: string): FieldError[] {
  const context = spec.securityContext;
  if (context === undefined) return [];
  const errors = [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((id, i) => validateId(id, `${path}.supplementalGroups[${i}]`)),
  ];
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, detail));
  }
  errors.push(...validateSysctls(context.sysctls ?? [], `${path}.sysctls`));
  const policy = context.fsGroupChangePolicy;
  if (policy !== undefined && !groupPolicies.includes(policy)) {
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, policy, groupPolicies));
  }
  errors.push(...validateProfile(context.seccompProfile, 'seccomp', 'seccompProfile', path));
  return [...errors, ...validateProfile(context.appArmorProfile, 'AppArmor', 'appArmorProfile', path)];
}

function validateSysctls(sysctls: readonly core.Sysctl[], path: string): FieldError[] {
  const names = new Set<string>();
  return sysctls.flatMap(({ name }, i) => {
    const here = `${path}[${i}].name`;
    if (!name) return [required(here)];
    if (name.length > 253 || !sysctlName.test(name)) {
      return [invalid(here, name, `must have at most 253 characters and match regex ^${sysctlPattern}$`)];
    }
    if (names.has(name)) return [duplicate(here, name)];
    names.add(name);
    return [];
  });
}
