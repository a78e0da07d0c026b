/** A result longer than this is data: it may quote an error of somebody else. */
const LONGEST_ERROR = 400;

/** How far into a text of any length a beginning that reads as an error is searched for. */
const BEGINNING = 300;

/** Beginnings of a result that is an error, of any length: some carry a stack trace. */
const BEGINNINGS: readonly RegExp[] = [
  /^(?:\w+ )?error:/i,
  /^error (?:when|while|executing|calling|running|invoking|fetching|processing|code|occurred|in tool|from)\b/i,
  /^an? (?:unexpected |internal )?error occurred\b/i,
  /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Timeout)\b(?::|\()/,
  /^traceback \(most recent call last\)/i,
  /^unhandled (?:errors? in a taskgroup|exception)/i,
  /^(?:failed|unable) to (?:call|connect|execute|fetch|invoke|load|reach|retrieve|run|search)\b/i,
  /^(?:unknown|no such) (?:tool|function)\b/i,
  /^(?:tool|function) \S{1,80} (?:not found|does not exist|was not found|is not (?:available|defined)|failed)\b/i,
  /^(?:input |output )?validation error\b/i,
  /^\d+ validation errors? (?:for|:)/,
  /^mcp error -?\d+/i,
  /^<tool_use_error>/,
  /^\[?errno\b/i,
  /^(?:http[ /]?(?:error )?|status(?: code)?:? ?)(?:1\.1 )?[45]\d\d\b/i,
  /^[45]\d\d (?:unauthorized|forbidden|not found|too many requests|client error|server error|internal|bad)/i,
  /^(?:unauthorized|unauthenticated|forbidden|access denied|permission denied|not authorized)\b[^a-z]*(?:$|[.:(-])/i,
  /^(?:bad gateway|service unavailable|gateway time-?out|internal server error|too many requests)\b/i,
  /^(?:connection|network) (?:refused|reset|error|failed|timed out|aborted)\b/i,
  /^(?:request |operation )?tim(?:ed out|eout)\b/i,
  /^(?:rate limit|quota) (?:exceeded|reached)\b/i,
];

/** Phrases anywhere in a short result. */
const PHRASES: readonly RegExp[] = [
  /^(?:please |you must |you need to )?(?:pass|provide|specify)\b[^.\n]{0,60}\bAPI[ _-]?key\b/i,
  /\b(?:missing|invalid|incorrect|expired|no)(?: [\w'-]+){0,3} API[ _-]?key\b/i,
  /\bAPI[ _-]?key\b[^.\n]{0,40}\b(?:missing|invalid|incorrect|required|expired|not (?:set|provided|found|configured|valid))\b/i,
  /\bauthentication (?:failed|error|required)\b/i,
  /\b(?:401|403)\b\W{0,3}(?:unauthorized|forbidden)\b/i,
  /\brate[ -]limit(?:s|ed)?\b[^.\n]{0,30}\b(?:exceeded|reached|hit)\b/i,
  /\bexceeded\b[^.\n]{0,40}\b(?:rate limit|quota)\b|\bquota (?:has been )?exceeded\b/i,
  /\b(?:request|operation|connection|tool|execution|search)\b[^.\n]{0,40}\btimed out\b/i,
  /\bconnection refused\b|\bECONN(?:REFUSED|RESET)\b|\bENOTFOUND\b|\bETIMEDOUT\b/i,
  /\ball connection attempts failed\b|\bname or service not known\b|\bgetaddrinfo\b/i,
  /\bexecuting tool\b[^\n]{0,80}\b(?:failed|error)\b/i,
];

/**
 * Whether the text of a tool result reads as an error of the tool: no key, no access, a limit, a timeout, an
 * exception. The list is short on purpose, because an alarm about a good result costs more trust than a
 * missed one; APIs that mark a failed result are judged by the mark.
 */
export function readsAsError(result: string): boolean {
  const text = result.slice(0, LONGEST_ERROR + 1).trim();
  const beginning = text.slice(0, BEGINNING);
  if (BEGINNINGS.some((pattern) => pattern.test(beginning))) return true;
  return text.length <= LONGEST_ERROR && PHRASES.some((pattern) => pattern.test(text));
}
