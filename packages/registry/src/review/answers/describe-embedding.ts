import type { DriftLevel } from '../../vocabulary/level.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { sameValue } from '../differences/walk-values.js';
import { compareEmbeddings, embeddingNumbers } from './compare-embeddings.js';
import type { Rule } from './rule.js';

// Bounds instead of the cosine itself, which differs in every recording of one cause.
const COSINE_BOUNDS = [0.9999, 0.99, 0.9];

/**
 * Describes how two embeddings differ; empty when they are equal, null when a value is no embedding.
 */
export function describeEmbedding(
  { word, level }: Pick<Rule, 'word' | 'level'>,
  before: JsonValue,
  after: JsonValue,
): { level: DriftLevel; words: string }[] | null {
  const [from, to] = [embeddingNumbers(before), embeddingNumbers(after)];
  if (from === null || to === null) return null;
  const found: { level: DriftLevel; words: string }[] = [];
  if (typeof before !== typeof after) {
    const form =
      typeof after === 'string' ? 'base64 text instead of numbers' : 'numbers instead of base64 text';
    found.push({ level: 'BEHAVIOUR', words: `${word} is ${form}` });
  }
  const { cosine, dimensions, same } = compareEmbeddings(from, to);
  const [wasZero, isZero] = [isAllZeros(from), isAllZeros(to)];
  if (dimensions[0] !== dimensions[1])
    found.push({
      level: 'BEHAVIOUR',
      words: `${word} has ${dimensions[1]} dimensions instead of ${dimensions[0]}`,
    });
  else if (same) {
    if (!sameValue(before, after)) found.push({ level: 'COSMETIC', words: 'rounding of embeddings' });
  } else if (wasZero !== isZero)
    found.push({ level, words: `${word} is ${isZero ? 'all zeros now' : 'no longer all zeros'}` });
  else found.push({ level, words: `${word} changed${describeCosine(cosine)}` });
  return found;
}

function isAllZeros(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++) if (numbers[index] !== 0) return false;
  return numbers.length > 0;
}

function describeCosine(cosine: number | null): string {
  if (cosine === null) return '';
  const bound = COSINE_BOUNDS.find((value) => cosine >= value);
  return bound === undefined ? ` (cosine below ${COSINE_BOUNDS.at(-1)})` : ` (cosine above ${bound})`;
}
