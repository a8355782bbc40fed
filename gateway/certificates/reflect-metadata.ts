/** What `@peculiar/x509` needs to find its parts by: metadata of classes, as the package `reflect-metadata` keeps it. */

type Metadata = Map<unknown, unknown>;

const known = new WeakMap<object, Metadata>();

/** The three calls its container makes; nothing is inherited between the classes it asks about. */
const calls = {
  defineMetadata(key: unknown, value: unknown, target: object): void {
    known.set(target, (known.get(target) ?? new Map()).set(key, value));
  },
  getOwnMetadata: (key: unknown, target: object): unknown => known.get(target)?.get(key),
  getMetadata: (key: unknown, target: object): unknown => known.get(target)?.get(key),
};

// Only where nobody has brought the package itself.
if (!('getMetadata' in Reflect)) Object.assign(Reflect, calls);
