/** The hash that tells one pod template of a Deployment from another, in the names and labels of its ReplicaSets. */

import type { PodTemplateSpec } from '../../../../protocol/objects.ts';

/** The label a Deployment puts on its ReplicaSets and their pods. */
export const hashLabel = 'pod-template-hash';

/** Letters that make no words (apimachinery's `rand.SafeEncodeString`). */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** Hashes a template (FNV-1a, 32 bits), and how often the name was taken by another template before. */
export function templateHash(template: PodTemplateSpec, collisions: number): string {
  const digits = String(hashValue(collisions, hashValue(template, 0x811c9dc5)) >>> 0);
  return [...digits].map((digit) => letters[(digit.codePointAt(0) ?? 0) % letters.length]).join('');
}

/** In whatever order keys stand, the hash is the same. */
function hashValue(value: unknown, hash: number): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => hashValue(part, sum), hashText('[', hash));
  if (typeof value !== 'object' || value === null) return hashText(`${typeof value}:${String(value)}`, hash);
  const fields = value as Record<string, unknown>;
  return Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort()
    .reduce((sum, key) => hashValue(fields[key], hashText(`.${key}`, sum)), hashText('{', hash));
}

function hashText(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
