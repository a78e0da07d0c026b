import type { Failure } from '../../vocabulary/failure.js';

/** Values that providers generate for every response: ids, and times. */
const GENERATED: readonly RegExp[] = [
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi,
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g,
  // A prefix and a run of letters and digits: `req_011CQ…`, `chatcmpl-9f8…`, `org-AbC…`.
  /\b(?:[a-z]{2,16}[-_])?(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{16,}\b/gi,
  /\b0x[0-9a-f]{6,}\b/gi,
  /\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b/gi,
  /\b\d{10,}\b/g,
  /\b\d+(?:\.\d+)?\s?(?:ms|s|sec|seconds?|minutes?)\b/g,
];

/** Replaces generated ids and times with `…`, so that equal causes have equal words. */
export function withoutGenerated(text: string): string {
  return GENERATED.reduce((result, pattern) => result.replaceAll(pattern, '…'), text);
}

const NUMBER = /\d+(?:[.,]\d+)*/g;

/** Equal for failures with the same cause: kind, status, tool, and message without ids, times and numbers. */
export function failureKey({ kind, status, tool, text }: Failure): string {
  return JSON.stringify([kind, status, tool, withoutGenerated(text).replaceAll(NUMBER, '#')]);
}

/** Whether two failures are the same to a reader. */
export function isSameFailure(a: Failure | null, b: Failure | null): boolean {
  return a !== null && b !== null && failureKey(a) === failureKey(b);
}

/**
 * The common form of texts of one cause: numbers in which they differ become `…`. "At most 4096 tokens, not
 * 812" and "At most 4096 tokens, not 90" are "At most 4096 tokens, not …".
 */
export function commonText(texts: string[]): string {
  const [first = '', ...rest] = texts.map(withoutGenerated);
  const numbers = rest.map((text) => text.match(NUMBER) ?? []);
  let position = 0;
  return first.replaceAll(NUMBER, (number) => {
    const index = position++;
    return numbers.every((others) => others[index] === number) ? number : '…';
  });
}
