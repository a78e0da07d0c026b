import type { Exchange } from '../../../vocabulary/recording.js';
import type { Conversation } from './conversation.js';
import { readAnswer } from './read-answer.js';
import { readPrompt } from './read-prompt.js';

/** Reads an exchange as a conversation. Unknown parts become data; no text of the answer is left out. */
export function readConversation(exchange: Exchange): Conversation {
  return { ...readPrompt(exchange.request), ...readAnswer(exchange.answer) };
}
