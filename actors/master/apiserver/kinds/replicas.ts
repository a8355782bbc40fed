/** What all controllers of pods have in common: a selector that fits a template, counts, and updates by share. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required, verbatim } from '../../../../protocol/field-errors.ts';
import { percent } from '../../../../protocol/names.ts';
import type { LabelSelector, PodTemplateSpec } from '../../../../protocol/objects.ts';
import type { Labels, Selector } from '../../../../protocol/selectors.ts';
import {
  isEverything,
  matchesLabels,
  SelectorError,
  selectorFromLabelSelector,
} from '../../../../protocol/selectors.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { nonNegative } from './metadata.ts';
import { validateTemplate } from './pod-spec-validation.ts';

/** A number, or a share of the replicas. */
export type IntOrPercent = number | string;

/** Checks a selector of `matchLabels` and `matchExpressions` that must select something. */
export function validateOwnSelector(selector: LabelSelector | undefined, empty: string): FieldError[] {
  if (selector === undefined) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  return isEmpty(selector) ? [...errors, invalid('spec.selector', shownSelector(selector), empty)] : errors;
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** Checks that a selector did not change, as controllers of apps/v1 demand. */
export function immutableSelector(selector: LabelSelector | undefined, old: LabelSelector | undefined): FieldError[] {
  if (deepEqual(selector, old)) return [];
  return [invalid('spec.selector', shownSelector(selector), 'field is immutable')];
}

/** Shows a selector as Go prints it. */
function shownSelector(selector: LabelSelector | undefined): unknown {
  if (selector === undefined) return undefined;
  const labels = shownLabels(selector.matchLabels);
  const expressions = (selector.matchExpressions ?? []).map(({ key = '', operator = '', values }) => {
    const list =
      values === undefined ? '[]string(nil)' : `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;
    return `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${list}}`;
  });
  const list = selector.matchExpressions === undefined ? '(nil)' : `{${expressions.join(', ')}}`;
  return verbatim(`v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:[]v1.LabelSelectorRequirement${list}}`);
}

function shownLabels(labels: Labels | undefined): string {
  if (labels === undefined) return 'map[string]string(nil)';
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]string{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(', ')}}`;
}

/** Makes a selector, or nothing where it is not valid (which is told elsewhere). */
export function selectorOf(selector: LabelSelector | undefined): Selector | undefined {
  try {
    return selectorFromLabelSelector(selector);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** Checks that a template's labels are those the selector looks for. */
export function validateTemplateLabels(template: PodTemplateSpec, selector: Selector | undefined): FieldError[] {
  if (selector === undefined || selector.matchesNothing || isEverything(selector)) return [];
  const labels = template.metadata?.labels;
  if (matchesLabels(selector, labels)) return [];
  const shown = verbatim(shownLabels(labels));
  return [invalid('spec.template.metadata.labels', shown, '`selector` does not match template `labels`')];
}

/** Checks a template whose pods must run for good. `kind` is named where a deadline is refused. */
export function validateLastingTemplate(
  template: PodTemplateSpec | undefined,
  selector: Selector | undefined,
  kind: string,
): FieldError[] {
  if (template === undefined) return [required('spec.template')];
  const errors = [...validateTemplateLabels(template, selector), ...validateTemplate(template, 'spec.template')];
  const policy = template.spec?.restartPolicy;
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy ?? '', ['Always']));
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
}

/** Checks a number or a percentage. */
export function validateIntOrPercent(value: IntOrPercent | undefined, path: string): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return nonNegative(value, path);
  return percent(value).map((message) => invalid(path, shownIntOrPercent(value), message));
}

/** Checks that a percentage is one of a whole. */
export function notMoreThanAll(value: IntOrPercent | undefined, path: string): FieldError[] {
  if (typeof value !== 'string' || percent(value).length > 0 || Number.parseInt(value, 10) <= 100) return [];
  return [invalid(path, shownIntOrPercent(value), 'must not be greater than 100%')];
}

/** Tells whether a number or percentage is none. */
export function isNone(value: IntOrPercent | undefined): boolean {
  return value === undefined || Number.parseInt(String(value), 10) === 0;
}

/** Shows a number or percentage as Go prints it. */
export function shownIntOrPercent(value: IntOrPercent): unknown {
  const [type, int, text] = typeof value === 'number' ? [0, value, '""'] : [1, 0, JSON.stringify(value)];
  return verbatim(`intstr.IntOrString{Type:${type}, IntVal:${int}, StrVal:${text}}`);
}

/** Checks the counts of a status: none negative, and no part larger than the whole. */
export function validateCounts(
  status: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  parts: readonly string[],
): FieldError[] {
  const count = (field: string) => Number(status[field] ?? 0);
  const errors = fields.flatMap((field) => nonNegative(count(field), `status.${field}`));
  for (const part of parts) {
    if (count(part) <= count('replicas')) continue;
    errors.push(invalid(`status.${part}`, count(part), 'cannot be greater than status.replicas'));
  }
  if (fields.includes('availableReplicas') && count('availableReplicas') > count('readyReplicas')) {
    const detail = 'cannot be greater than readyReplicas';
    errors.push(invalid('status.availableReplicas', count('availableReplicas'), detail));
  }
  return errors;
}
