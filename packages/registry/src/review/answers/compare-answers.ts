import type { DriftLevel } from '../../vocabulary/level.js';
import type { Answer } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import type { DriftReason } from '../differences/drift.js';
import { maskGenerated } from '../differences/generated-values.js';
import { field } from '../differences/walk-values.js';
import { type AnswerComparison, compareBodies } from './compare-bodies.js';
import { compareText } from './compare-wording.js';

/** Compares two reassembled responses by the rules of `RULES`. */
export function compareAnswers(before: Answer, after: Answer): AnswerComparison {
  const reasons: DriftReason[] = [];
  const add = (rule: string, level: DriftLevel, path: string, words: string) =>
    reasons.push({ rule, level, path, words });
  const isOtherOutcome = before.outcome !== after.outcome;
  if (before.isStreaming !== after.isStreaming) {
    const words = after.isStreaming ? 'now streams its response' : 'no longer streams its response';
    add('streaming', 'BEHAVIOUR', 'is_streaming', words);
  }
  if (isOtherOutcome) add('outcome', 'BEHAVIOUR', '', describeOutcome(before, after));
  else if (before.status !== after.status) {
    // A status that only one side has is a change of the recorder, unless it is an error that a
    // test would notice.
    const isOneSided = before.status === null || after.status === null;
    const level = isOneSided && (before.status ?? after.status ?? 0) < 300 ? 'METADATA' : 'BEHAVIOUR';
    add('status', level, 'status', `status ${before.status ?? 'none'} → ${after.status ?? 'none'}`);
  }
  if (before.shape === after.shape) {
    const bodies = compareBodies(before, after);
    // A success that became an error has an error, too: it is already described.
    const isRepeated = ({ rule, words }: DriftReason) =>
      isOtherOutcome && rule === 'error' && !/ → /.test(words);
    return { ...bodies, reasons: [...reasons, ...bodies.reasons.filter((reason) => !isRepeated(reason))] };
  }
  if (!isOtherOutcome) add('shape', 'BEHAVIOUR', '', `response type ${before.shape} → ${after.shape}`);
  if (before.text === null || after.text === null || isOtherOutcome || before.text === after.text)
    return { reasons, texts: [] };
  const { reasons: ofText, text } = compareText(ANSWER_TEXT, '', before.text, after.text);
  return { reasons: [...reasons, ...ofText], texts: [text] };
}

const ANSWER_TEXT = { name: 'text', word: 'answer', level: 'CONTENT' } as const;

/** "now fails (400): `BadRequestError: max_tokens is too large`". */
function describeOutcome(before: Answer, after: Answer): string {
  const failed = after.outcome === 'ERROR' ? after : before;
  const error = field(failed.body, 'error') ?? failed.body;
  const parts = [field(error, 'type'), field(error, 'message')];
  const message = parts.filter((part) => typeof part === 'string').join(': ');
  const status = failed.status === null ? '' : ` (${failed.status})`;
  const reason = message === '' ? '' : `: ${code(maskGenerated(message), 120)}`;
  return `${failed === after ? 'now fails' : 'no longer fails'}${status}${reason}`;
}
