/** Declares the names a statechart uses, so that `machine.ts` can be read, and checked, without their behaviour. */

/** Marks what stands behind a name until an actor's behaviour does. */
const unbound = Symbol('unbound');

/** Tells whether an implementation is only a name declared here. */
export function isUnbound(implementation: unknown): boolean {
  return typeof implementation === 'function' && unbound in implementation;
}

/**
 * Declares action names for `setup({ actions })`.
 *
 * @example setup({ actions: { ...actions('openWatch', 'closeWatch'), count: assign(...) } })
 */
export function actions<Name extends string>(...names: Name[]): Record<Name, () => void> {
  return named('action', names);
}

/** Declares guard names for `setup({ guards })`; their behaviour may read the actor's memory. */
export function guards<Name extends string>(...names: Name[]): Record<Name, () => boolean> {
  return named('guard', names);
}

/** Declares delay names for `setup({ delays })`; their behaviour gives milliseconds. */
export function delays<Name extends string>(...names: Name[]): Record<Name, () => number> {
  return named('delay', names);
}

function named<Name extends string>(what: string, names: Name[]): Record<Name, () => never> {
  const stand = (name: Name) =>
    Object.assign(
      () => {
        throw new Error(`the ${what} "${name}" is only a name here: give its behaviour with defineActor`);
      },
      { [unbound]: true },
    );
  return Object.fromEntries(names.map((name) => [name, stand(name)])) as unknown as Record<Name, () => never>;
}
