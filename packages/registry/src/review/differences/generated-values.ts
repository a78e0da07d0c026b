const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
// A prefix with digits and letters after it: "call_8Qz2…", "file-abc123…", "chatcmpl-B9MH…", "rec-c6f21ce84eb3".
const PREFIXED =
  /\b[a-z]{2,16}(?:[-_][a-z]{1,12})?[-_](?=[a-z]*\d|\d*[a-z])(?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b/gi;
const HEXADECIMAL = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b/gi;
const TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;
const HOST = /\bhttps?:\/\/[^\s/?#"'<>)\]]+/gi;
const SCORE = /(?<=\b(?:score|similarity|distance)["'*]{0,3}\s*[:=]\s*)-?\d+(?:\.\d+)?(?:e-?\d+)?/gi;

/**
 * Replaces what is generated for every recording (ids, times, hosts, scores of a search) by "…", so that two texts
 * with the same cause are equal.
 */
export function maskGenerated(text: string): string {
  return text
    .replaceAll(TIME, '…')
    .replaceAll(UUID, '…')
    .replaceAll(HOST, '…')
    .replaceAll(SCORE, '…')
    .replaceAll(PREFIXED, '…')
    .replaceAll(HEXADECIMAL, '…');
}
