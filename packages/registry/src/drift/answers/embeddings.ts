import type { JsonValue } from '../../recordings/recording.js';

/**
 * From this cosine on, with lengths equal within `SAME_LENGTH`, two embeddings count as the same: they are at most
 * 0.0015 rad apart, so that no similarity score computed with either differs by more than 0.0015. That is the noise of
 * 32-bit sums on other hardware; a threshold of 0.9999 would let scores move by 0.014, which reorders search results.
 */
const SAME_COSINE = 0.999999;
const SAME_LENGTH = 0.001;

/** The numbers of an embedding: a list of numbers, or base64 of little-endian 32-bit floats; null when it is neither. */
export function embeddingNumbers(value: JsonValue): ArrayLike<number> | null {
  if (Array.isArray(value))
    return value.every((number) => typeof number === 'number') ? (value as number[]) : null;
  if (typeof value !== 'string' || value.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length % 4 !== 0) return null;
  // Copied, because a pooled buffer need not lie at a multiple of four.
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export interface EmbeddingComparison {
  /** From -1 to 1; null when the dimensions differ or a vector has no direction. */
  cosine: number | null;
  dimensions: [before: number, after: number];
  /** Whether a test can hardly tell them apart. */
  same: boolean;
}

/** Compares two embeddings by direction and length. */
export function compareEmbeddings(before: ArrayLike<number>, after: ArrayLike<number>): EmbeddingComparison {
  const dimensions: [number, number] = [before.length, after.length];
  if (before.length !== after.length) return { cosine: null, dimensions, same: false };
  let [dot, a, b, apart] = [0, 0, 0, 0];
  for (let index = 0; index < before.length; index++) {
    const [x, y] = [before[index] ?? 0, after[index] ?? 0];
    dot += x * y;
    a += x * x;
    b += y * y;
    apart += Math.abs(x - y);
  }
  if (apart === 0) return { cosine: a === 0 ? null : 1, dimensions, same: true };
  const cosine = dot / Math.sqrt(a * b);
  // Zero vectors and infinite sums have no cosine; they are never the same as another vector.
  if (!Number.isFinite(cosine)) return { cosine: null, dimensions, same: false };
  const same = cosine >= SAME_COSINE && Math.abs(Math.sqrt(a / b) - 1) <= SAME_LENGTH;
  return { cosine: Math.min(1, cosine), dimensions, same };
}
