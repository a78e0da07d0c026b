import { bytesIn } from '../../recordings/documents/binary.js';
import type { Answer } from '../../vocabulary/recording.js';
import type { AnswerComparison } from '../answers/compare-bodies.js';

/** Compares two responses whose bodies are bytes, such as an image; null for all others. */
export function compareBinary(before: Answer, after: Answer): AnswerComparison | null {
  const [from, to] = [bytesIn(before.body), bytesIn(after.body)];
  if (from === null || to === null || before.outcome !== after.outcome || before.status !== after.status)
    return null;
  if (from.equals(to)) return { reasons: [], texts: [] };
  const size = (bytes: Buffer) => bytes.length.toLocaleString('en-GB');
  const sizes = from.length === to.length ? `${size(from)} bytes each` : `${size(from)} → ${size(to)} bytes`;
  const words = `other bytes in a binary response (${sizes})`;
  return { reasons: [{ rule: 'bytes', level: 'CONTENT', path: '', words }], texts: [] };
}
