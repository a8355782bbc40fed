/** Reads fields of objects that nobody vouches for: whatever is stored, a table is made of it. */

/** An object's fields, of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = {};
const noItems: readonly unknown[] = [];

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : noFields;
}

/** The items of a list; none of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems;
}

/** The objects of a list, in order; an item that is none has no fields. */
export function objectsOf(value: unknown): Fields[] {
  return listOf(value).map(fieldsOf);
}

/** A text; empty where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list, in order. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

/** A number; 0 where there is none. */
export function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Tells whether a field that may be left out was given. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** How many fields an object has, or items a list. */
export function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : Object.keys(fieldsOf(value)).length;
}

/** Finds the condition of a type in a list of conditions. */
export function conditionOf(conditions: unknown, type: string): Fields | undefined {
  return listOf(conditions)
    .map(fieldsOf)
    .find((condition) => condition.type === type);
}

/** Tells whether an object is on its way out. */
export function isBeingDeleted(metadata: Fields): boolean {
  return isGiven(metadata.deletionTimestamp);
}
