/** Rows as a table in columns, as kubectl prints them. */

const gap = '   ';

/** Lays rows out in columns, each as wide as its widest cell; the last is not padded. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join(gap)
      .trimEnd(),
  );
}
