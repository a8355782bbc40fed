/** Paths of fields as Kubernetes writes them: `spec.containers[0].image`, `metadata.annotations[a.b/c]`. */

/**
 * Takes the step of a path that goes on with this key of a map; gives what is left of the path, undefined where it
 * does not go on so. Keys may hold dots: of all keys of a map that fit, the longest is meant.
 */
export function restAfterKey(path: string, key: string): string | undefined {
  if (path.startsWith(`[${key}]`)) return undotted(path.slice(key.length + 2));
  if (!path.startsWith(key)) return undefined;
  const rest = path.slice(key.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[') ? undotted(rest) : undefined;
}

/** Takes the step of a path into a list. */
export function restAfterIndex(path: string): { index: number; rest: string } | undefined {
  const [whole, index] = /^\[(\d+)\]/.exec(path) ?? [];
  return whole === undefined ? undefined : { index: Number(index), rest: undotted(path.slice(whole.length)) };
}

function undotted(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}

/** Splits a path of fields into its steps; one into a list stands as its number. */
export function stepsOf(path: string): string[] {
  return path.match(/[^.[\]]+/g) ?? [];
}

/** Writes steps as a path. */
export function pathOf(steps: readonly string[]): string {
  return steps.reduce(
    (path, step) => `${path}${/^\d+$/.test(step) ? `[${step}]` : path === '' ? step : `.${step}`}`,
    '',
  );
}

/** Gives the value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  const step = stepInto(value, path);
  return step === undefined ? undefined : valueAt(step.inner, step.rest);
}

/** Makes the value without the field at a path. A list item is not taken out, for its neighbours would change places. */
export function withoutField<T>(value: T, path: string): T {
  const step = stepInto(value, path);
  if (step === undefined) return value;
  const { key, inner, rest } = step;
  if (Array.isArray(value)) {
    return rest === '' ? value : (value.with(Number(key), withoutField(inner, rest)) as T);
  }
  const { [key]: _, ...others } = value as Record<string, unknown>;
  return (rest === '' ? others : { ...(value as object), [key]: withoutField(inner, rest) }) as T;
}

interface Step {
  key: string;
  inner: unknown;
  rest: string;
}

function stepInto(value: unknown, path: string): Step | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const step = restAfterIndex(path);
    return step && { key: String(step.index), inner: value[step.index], rest: step.rest };
  }
  let best: Step | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const rest = restAfterKey(path, key);
    if (rest !== undefined && key.length >= (best?.key.length ?? 0)) best = { key, inner, rest };
  }
  return best;
}
