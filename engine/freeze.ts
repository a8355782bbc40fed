/** Freezes what is sent, so that a test sees whoever changes what others share. */

const frozen = new WeakSet<object>();

/** Freezes a value and all it holds; what was frozen here before is not walked again. Maps and Sets stay as they are. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || frozen.has(value)) return;
  frozen.add(value);
  if (ArrayBuffer.isView(value)) return;
  for (const part of Object.values(value)) deepFreeze(part);
  Object.freeze(value);
}
