/** pods/ephemeralcontainers: containers are added to a running pod to look into it, and stay as they were added. */

import { copyWith } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, quoted } from '../../../../protocol/field-errors.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { validateContainers } from './container-validation.ts';
import { validateMetaUpdate } from './metadata.ts';

const mirrorKey = 'kubernetes.io/config.mirror';

/** Keeps all of a pod but its ephemeral containers. */
export function prepareEphemeral(pod: Pod, old: Pod): Pod {
  const { ephemeralContainers } = pod.spec;
  const { resourceVersion } = pod.metadata;
  const kept = resourceVersion === old.metadata.resourceVersion ? old : withMeta(old, { resourceVersion });
  if (ephemeralContainers === undefined) return kept;
  return copyWith(kept, { spec: copyWith(kept.spec, { ephemeralContainers }) });
}

/** Checks the containers that were added, and that none that was there has changed or gone. */
export function validateEphemeral(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[mirrorKey] !== undefined) {
    return [forbidden('', 'static pods do not support ephemeral containers')];
  }
  const path = 'spec.ephemeralContainers';
  const errors = [...validateMetaUpdate(pod.metadata, old.metadata), ...validateContainers(pod.spec, 'spec')];
  const now = new Map((pod.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const container of old.spec.ephemeralContainers ?? []) {
    const same = now.get(container.name);
    if (deepEqual(same, container)) continue;
    const start = `existing ephemeral containers ${quoted(container.name)} may not be`;
    const difference = `-\t${JSON.stringify(container)}\n+\t${JSON.stringify(same)}\n`;
    errors.push(forbidden(path, same === undefined ? `${start} removed\n` : `${start} changed\n${difference}`));
  }
  return errors;
}
