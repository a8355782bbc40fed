/** What a form is: two pure functions, and what else differs from the stored one. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';

/** A form in which the objects of a kind are served, but not stored. */
// biome-ignore lint/suspicious/noExplicitAny: each form has types of its own.
export interface Form<Shown extends KubernetesObject = any, Stored extends KubernetesObject = any> {
  /** Makes the stored form of an object that was read in this one; before defaults. */
  store(object: Shown): Stored;
  /** Makes this form of a stored object. */
  show(object: Stored): Shown;
  /** The fields it can be selected by, and what the stored form calls them; absent: by the same. */
  readonly fields?: ReadonlyMap<string, string>;
  /** Checks beyond those of the stored form. */
  readonly validateCreate?: (object: Stored) => FieldError[];
  readonly validateUpdate?: (object: Stored, old: Stored) => FieldError[];
}
