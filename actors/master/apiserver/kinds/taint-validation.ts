/** Taints of nodes and the tolerations of pods. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { labelValue, qualifiedName } from '../../../../protocol/names.ts';
import type { Taint, Toleration } from '../../../../protocol/objects.ts';
import { breaches } from './metadata.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Checks the taints of a node. */
export function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const taken = new Set<string>();
  return taints.flatMap((taint, i) => {
    const here = `${path}[${i}]`;
    const { key = '', value = '', effect = '' } = taint as Partial<Taint>;
    const errors = breaches(qualifiedName, key, `${here}.key`);
    const wrong = labelValue(value);
    if (wrong.length > 0) errors.push(invalid(`${here}.value`, value, wrong.join(';')));
    if (effect === '') errors.push(required(`${here}.effect`));
    else if (!effects.includes(effect)) errors.push(notSupported(`${here}.effect`, effect, effects));
    if (taken.has(`${effect} ${key}`)) {
      errors.push({ ...duplicate(here, taint), detail: 'taints must be unique by key and effect pair' });
    }
    taken.add(`${effect} ${key}`);
    return errors;
  });
}

/** Checks the tolerations of a pod. */
export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  return tolerations.flatMap((toleration, i) => validateToleration(toleration, `${path}[${i}]`));
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
  const errors = key === '' ? [] : breaches(qualifiedName, key, `${path}.key`);
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${path}.operator`, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  errors.push(...validateOperator(operator, toleration.value ?? '', `${path}.operator`));
  if (effect !== '' && !effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
  return errors;
}

/** Without an operator, `Equal` is meant. Kubernetes blames the operator for a bad value too. */
function validateOperator(operator: string, value: string, path: string): FieldError[] {
  if (operator === 'Exists') {
    return value === '' ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")];
  }
  if (operator !== '' && operator !== 'Equal') return [notSupported(path, operator, ['Equal', 'Exists'])];
  const wrong = labelValue(value);
  return wrong.length === 0 ? [] : [invalid(path, value, wrong.join(';'))];
}
