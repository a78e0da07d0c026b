import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** Whether the value is a JSON object, not a list and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under a key; null when it is missing, empty or no text. */
export function textAt(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The object under a key; null when it is missing or no object. */
export function objectAt(object: JsonObject, key: string): JsonObject | null {
  const value = object[key];
  return isObject(value) ? value : null;
}

/** The objects of the list under a key, anything else in it left out; empty when there is no such list. */
export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The whole number under a key, or the fallback. */
export function integerAt(object: JsonObject, key: string, fallback: number): number {
  const value = object[key];
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

/** Sets a field whatever its name: a plain assignment to `__proto__` would change the object's nature. */
export function setField(object: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
