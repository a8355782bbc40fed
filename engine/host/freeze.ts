/** Freezes what is sent, so that a test sees whoever changes what others share. */

const frozen = new WeakSet<object>();

/** Freezes a value and all it holds, and gives it back; what was frozen here before is not walked again. Maps and Sets stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || frozen.has(value)) return value;
  frozen.add(value);
  if (ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
