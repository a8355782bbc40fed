/** Where the informers are that the controllers of one controller-manager share. */

import { childAddress } from '../../../../protocol/subjects.ts';

/** Gives the address of the informer that a controller-manager's controllers share. */
export function informerAddress(manager: string, resource: string): string {
  return childAddress(manager, 'informer', resource);
}
