import type { JsonValue } from '../../vocabulary/recording.js';

/** Whether an embedding has no direction: no numbers, or only zeros, as a list or as base64 text. */
export function isEmptyEmbedding(embedding: JsonValue | undefined): boolean {
  if (Array.isArray(embedding)) return embedding.every((number) => number === 0);
  // `A` is six zero bits.
  return typeof embedding === 'string' && /^A*=*$/.test(embedding);
}
