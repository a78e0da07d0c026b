import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** Whether a value is a JSON object: not a list, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string at a key; null when it is missing, empty or not a string. */
export function textAt(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The object at a key; null when it is missing or not an object. */
export function objectAt(object: JsonObject, key: string): JsonObject | null {
  const value = object[key];
  return isObject(value) ? value : null;
}

/** The objects in the list at a key, without other elements; empty when there is no list. */
export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The integer at a key, or the fallback. */
export function integerAt(object: JsonObject, key: string, fallback: number): number {
  const value = object[key];
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

/**
 * Sets a field of any name: a plain assignment to `__proto__` would replace the object's prototype.
 */
export function setField(object: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
