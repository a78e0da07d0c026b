import type { Failure } from '../../vocabulary/failure.js';
import type { AnswerShape } from '../../vocabulary/recording.js';
import type { DriftReason } from '../differences/drift.js';

/** Rules about how a response ended. */
const FINISH_RULES: ReadonlySet<string> = new Set(['finish reason', 'finish details', 'response status']);

/**
 * The differences of a response that its new failure does not explain. An error has nothing in common with the
 * response before it, so none of its differences says more than the error itself.
 */
export function withoutExplained(
  reasons: DriftReason[],
  { kind }: Failure,
  shape: AnswerShape,
): DriftReason[] {
  switch (kind) {
    case 'ERROR':
      return [];
    case 'TOOL_ERROR':
      return shape === 'tool' ? [] : reasons;
    case 'CUT_OFF':
      return reasons.filter(({ rule }) => !FINISH_RULES.has(rule));
    case 'EMPTY':
      return reasons.filter(({ words }) => !words.endsWith(' is now empty'));
  }
}
