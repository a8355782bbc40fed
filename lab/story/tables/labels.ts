/** Labels and selectors in a cell. */

/** Writes labels in the order of their keys, `<none>` where there are none (apimachinery's `labels.FormatLabels`). */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || '<none>';
}
