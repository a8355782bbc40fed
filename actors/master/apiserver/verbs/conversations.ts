/** Which conversation each verb is. */

import type { Conversation } from '../conversation.ts';
import type { Verb } from '../route.ts';
import { bind } from './bind.ts';
import { componentStatus } from './component-status.ts';
import { connect } from './connect.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { removeCollection } from './delete-collection.ts';
import { evict } from './evict.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { patch } from './patch.ts';
import { replace } from './replace.ts';
import { requestToken } from './request-token.ts';
import { review } from './review.ts';
import { getScale, writeScale } from './scale.ts';

/** By verb; a watch is a stream, not a request. */
export const conversations: Readonly<Record<Exclude<Verb, 'watch'>, Conversation>> = {
  get,
  'get-scale': getScale,
  list,
  'check-components': componentStatus,
  create,
  bind,
  evict,
  'request-token': requestToken,
  review,
  replace,
  'replace-scale': writeScale,
  patch,
  'patch-scale': writeScale,
  delete: remove,
  'delete-collection': removeCollection,
  connect,
};
