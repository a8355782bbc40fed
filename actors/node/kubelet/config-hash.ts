/** The hash by which a static pod's configuration is told from any other. */

/** Hashes plain data to 32 hexadecimal digits; the order of an object's fields makes no difference. */
export function configHash(value: unknown): string {
  const text = canonical(value);
  // Four FNV-1a sums, each begun elsewhere: 128 bits, as the MD5 that Kubernetes takes.
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((basis) => fnv(text, basis)).join('');
}

function fnv(text: string, basis: number): string {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return `${typeof value}:${String(value)}`;
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${key}=${canonical(record[key])}`)
    .join(',')}}`;
}
