/** Labels and selectors in a cell. */

import { formatSelector, SelectorError, selectorFromLabelSelector } from '../selectors.ts';
import { fieldsOf, objectsOf, textOf, textsOf } from './fields.ts';

/** Writes labels in the order of their keys, `<none>` where there are none (apimachinery's `labels.FormatLabels`). */
export function formatLabels(labels: unknown): string {
  const pairs = Object.entries(fieldsOf(labels)).map(([key, value]) => `${key}=${textOf(value)}`);
  return pairs.sort().join(',') || '<none>';
}

/** Writes a selector; `<none>` for one that asks nothing, `<error>` for one that means nothing (`metav1.FormatLabelSelector`). */
export function selectorCell(selector: unknown): string {
  return selectorText(selector, '<error>') || '<none>';
}

/** Writes a selector; empty for one that asks nothing. */
export function selectorText(selector: unknown, invalid: string): string {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const labels = Object.entries(fieldsOf(matchLabels)).map(([key, value]): [string, string] => [key, textOf(value)]);
  const expressions = objectsOf(matchExpressions).map(({ key, operator, values }) => ({
    key: textOf(key),
    operator: textOf(operator),
    values: textsOf(values),
  }));
  try {
    return formatSelector(
      selectorFromLabelSelector({ matchLabels: Object.fromEntries(labels), matchExpressions: expressions }),
    );
  } catch (error) {
    if (error instanceof SelectorError) return invalid;
    throw error;
  }
}
