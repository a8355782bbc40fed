/** The rules for the names of field managers, where a request names one and where an object does. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, tooLong } from '../../../../protocol/field-errors.ts';

/** As `FieldManagerMaxLength`. */
const longestManager = 128;
/** As apimachinery's `MaxSubresourceNameLength`. */
const longestSubresource = 256;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Checks the name of a manager: not too long, and all of it printable (`ValidateFieldManager`). */
export function managerErrors(manager: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (manager.length > longestManager) errors.push(tooLong(field, longestManager));
  let place = 0;
  for (const c of manager) {
    if (unprintable.test(c)) errors.push(invalid(field, manager, unprintableAt(c, place)));
    place += c.length;
  }
  return errors;
}

function unprintableAt(c: string, place: number): string {
  return `invalid character U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} (at position ${place})`;
}

/**
 * Checks the managers an object comes with (`ValidateManagedFields`).
 *
 * Entries that cannot be read at all never come so far: with them, the managers are as they were.
 */
export function managedFieldsErrors(entries: readonly unknown[] | undefined, path: string): FieldError[] {
  return (entries ?? []).flatMap((entry, i) => {
    const { manager = '', subresource = '' } = entry as { manager?: string; subresource?: string };
    const errors = managerErrors(manager, `${path}[${i}].manager`);
    if (subresource.length > longestSubresource) errors.push(tooLong(`${path}[${i}].subresource`, longestSubresource));
    return errors;
  });
}
