/**
 * Why a recorded response is probably not the one that a test needs. `ERROR`: an exception, an HTTP status
 * of 400 or above, or an error as body. `TOOL_ERROR`: a tool ran, but its result reads as an error.
 * `EMPTY`: a success without text, tool call or other output. `CUT_OFF`: a limit of tokens or a content
 * filter ended the response early.
 */
export type FailureKind = 'ERROR' | 'TOOL_ERROR' | 'EMPTY' | 'CUT_OFF';

/** What is wrong with one recorded response. */
export interface Failure {
  kind: FailureKind;
  /** HTTP status, where recorded. */
  status: number | null;
  /** For `TOOL_ERROR`: the name of the tool; null when unknown. */
  tool: string | null;
  /**
   * The beginning of the message, on one line, at most 200 characters; empty when there is none. For `CUT_OFF`,
   * the finish reason; for `EMPTY`, what kind of nothing, such as `only reasoning`.
   */
  text: string;
}
