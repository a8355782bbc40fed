/** A value that stands for any other, where a chart reads bodies and inputs a test knows nothing of. */

const answers: Record<PropertyKey, unknown> = {
  [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 7 : 'anything'),
  [Symbol.iterator]: function* nothing() {},
  [Symbol.toStringTag]: 'Anything',
  toJSON: () => 'anything',
  length: 0,
};

/** Has every property, each of them anything again; can be called, and gives anything; is 7 where a number is needed. */
// biome-ignore lint/suspicious/noExplicitAny: it stands for any value.
export const anything: any = new Proxy(() => {}, {
  get: (_target, key) => (key in answers ? answers[key] : anything),
  apply: () => anything,
});
