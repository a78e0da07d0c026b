import { YamlBytes } from './yaml-schema.js';

/** Deepest nesting of a document, as in JSON. */
const MAXIMUM_DEPTH = 128;

/**
 * Counts the values and characters that a walk over a value visits. Returns Infinity as soon as they are more
 * than `limit`, or nested deeper than 128 levels, as in a value that contains itself.
 */
export function expandedSize(value: unknown, limit: number, depth = 0): number {
  if (typeof value === 'string') return within(1 + value.length, limit);
  if (value instanceof YamlBytes) return within(value.bytes.length, limit);
  if (typeof value !== 'object' || value === null) return within(1, limit);
  if (depth >= MAXIMUM_DEPTH) return Number.POSITIVE_INFINITY;
  let size = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += expandedSize(item, limit - size, depth + 1);
      if (size > limit) return Number.POSITIVE_INFINITY;
    }
    return within(size, limit);
  }
  for (const [key, member] of Object.entries(value)) {
    size += key.length;
    size += expandedSize(member, limit - size, depth + 1);
    if (size > limit) return Number.POSITIVE_INFINITY;
  }
  return within(size, limit);
}

function within(size: number, limit: number): number {
  return size > limit ? Number.POSITIVE_INFINITY : size;
}
