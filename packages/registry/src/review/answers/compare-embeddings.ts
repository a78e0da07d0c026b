import type { JsonValue } from '../../vocabulary/recording.js';

/**
 * Maximum relative difference of two notations of one 32-bit number. The noise of sums on other
 * hardware is larger (a cosine of 0.999999), and tests see it: it changes similarity scores, which
 * are part of later requests.
 */
const MAXIMUM_ROUNDING = 2e-6;

/** The numbers of a list, or of base64 of little-endian 32-bit floats; null for other values. */
export function embeddingNumbers(value: JsonValue): ArrayLike<number> | null {
  if (Array.isArray(value))
    return value.every((number) => typeof number === 'number') ? (value as number[]) : null;
  if (typeof value !== 'string' || value.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length % 4 !== 0) return null;
  // Copied, because a pooled buffer may not be aligned to four bytes.
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export interface EmbeddingComparison {
  /** From -1 to 1; null when the dimensions differ or a vector has no direction. */
  cosine: number | null;
  dimensions: [before: number, after: number];
  /** Whether both are the same 32-bit numbers. */
  same: boolean;
}

/** Compares two embeddings by cosine and number by number. */
export function compareEmbeddings(before: ArrayLike<number>, after: ArrayLike<number>): EmbeddingComparison {
  const dimensions: [number, number] = [before.length, after.length];
  if (before.length !== after.length) return { cosine: null, dimensions, same: false };
  let [dot, a, b] = [0, 0, 0];
  let same = true;
  for (let index = 0; index < before.length; index++) {
    const [x, y] = [before[index] ?? 0, after[index] ?? 0];
    dot += x * y;
    a += x * x;
    b += y * y;
    same &&= Math.abs(x - y) <= MAXIMUM_ROUNDING * Math.max(Math.abs(x), Math.abs(y));
  }
  const cosine = dot / Math.sqrt(a * b);
  // Zero vectors and infinite sums have no cosine.
  return { cosine: Number.isFinite(cosine) ? Math.min(1, cosine) : null, dimensions, same };
}
