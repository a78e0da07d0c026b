import { code, listing } from '../../../vocabulary/words.js';
import type { Conversation } from './conversation.js';

const MAXIMUM_CALLS = 3;
const FIRST_WORDS = 120;

/** "calls `get_weather` and `get_time`", or "responds `It is sunny…`"; null when there is neither. */
export function describeAnswer({ answer }: Pick<Conversation, 'answer'>): string | null {
  const parts = answer.flatMap((turn) => turn.parts);
  const calls = parts.filter(({ kind }) => kind === 'call').map(({ name }) => code(name));
  if (calls.length > 0) return `calls ${listing(calls, MAXIMUM_CALLS)}`;
  const [text] = parts.filter(({ text: words }) => words.trim() !== '');
  return text === undefined ? null : `responds ${code(text.text, FIRST_WORDS)}`;
}
