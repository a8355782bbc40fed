/** How a user is told that something is not allowed. */

import { quoted } from '../../../../protocol/field-errors.ts';
import type { Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Attributes } from './attributes.ts';
import { isOfResource } from './attributes.ts';

/** Makes the 403, in the words of apiserver's `responsewriters.Forbidden`. */
export function forbiddenStatus(attributes: Attributes, reason: string): Status {
  const message = reason === '' ? words(attributes) : `${words(attributes)}: ${reason}`;
  if (isOfResource(attributes)) {
    const { group, resource, name } = attributes;
    return failure.forbidden(group === '' ? resource : `${resource}.${group}`, name, message);
  }
  // What is no resource has no name to be told.
  return { ...failure.forbidden('', '', ''), message: `forbidden: ${message}`, details: {} };
}

function words(attributes: Attributes): string {
  const who = `User ${quoted(attributes.user.name)} cannot ${attributes.verb}`;
  if (!isOfResource(attributes)) return harmless(`${who} path ${quoted(attributes.path)}`);
  const { group, resource, subresource, namespace } = attributes;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`;
  return harmless(`${who} resource ${quoted(whole)} in API group ${quoted(group)} ${where}`);
}

/** A browser that shows it must not take it for HTML. */
function harmless(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
