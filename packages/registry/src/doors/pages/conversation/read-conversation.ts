import type { Exchange } from '../../../vocabulary/recording.js';
import type { Conversation } from './conversation.js';
import { readAnswer } from './read-answer.js';
import { readPrompt } from './read-prompt.js';

/** Tells an exchange as a conversation. What it does not know it shows as data; it leaves nothing out of the answer's text. */
export function readConversation(exchange: Exchange): Conversation {
  return { ...readPrompt(exchange.request), ...readAnswer(exchange.answer) };
}
