import type { Exchange } from '../../vocabulary/recording.js';
import { answeredResults } from './answered-results.js';
import { requestedResults } from './requested-results.js';
import { toolError } from './tool-result.js';

/** A tool whose result is an error, and its message. */
export interface ToolErrorFound {
  tool: string | null;
  message: string;
}

/**
 * Finds a tool result that is an error: the result of a recorded tool, of a tool that the provider ran, or one
 * that the request sends to the model. The last one is reported, because the model answers to it. Null when
 * there is none.
 */
export function findToolError(exchange: Exchange): ToolErrorFound | null {
  for (const result of [...requestedResults(exchange.request), ...answeredResults(exchange)].reverse()) {
    const message = toolError(result);
    if (message !== null) return { tool: result.tool, message };
  }
  return null;
}
