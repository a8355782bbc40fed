/** The names and addresses by which a door is reached that listens on more than loopback. */

import { hostname, networkInterfaces } from 'node:os';

/** Where a door listens, and how clients reach it. */
export interface Reach {
  readonly listen: string | undefined;
  /** What the certificate has to name besides what every door's does. */
  readonly reachedBy: readonly string[];
  /** The address in the kubeconfig, where it is not the one that is listened on. */
  readonly shown: string | undefined;
}

/** Works it out for `--listen`; loopback where that was not given. */
export function reachOf(listen: string | undefined): Reach {
  if (listen === undefined) return { listen, reachedBy: [], shown: undefined };
  if (listen !== '0.0.0.0' && listen !== '::') return { listen, reachedBy: [listen, hostname()], shown: undefined };
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const outward = all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
  return { listen, reachedBy: [...outward, hostname()], shown: outward[0] ?? '127.0.0.1' };
}
