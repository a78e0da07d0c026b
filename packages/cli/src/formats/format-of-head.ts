/** A format as `Recording.format` names it, or `gzip` for a compressed file of any format. */
export type HeadFormat =
  | 'ogx'
  | 'vcrpy'
  | 'vcr'
  | 'go-vcr'
  | 'har'
  | 'httprr'
  | 'nock'
  | 'test-proxy'
  | 'gzip';

/** The number of bytes at the beginning of a file that `formatOfHead` needs. */
export const HEAD_BYTES = 2048;

// The first expression that matches decides. Only a hint for the set-up: the registry reads the
// whole file, and has the last word.
const HEADS: readonly [HeadFormat, RegExp][] = [
  ['httprr', /^httprr trace v\d/],
  ['vcr', /^(?:---.*\n)?\s*(?:recorded_with:.*\n)?http_interactions:/],
  ['go-vcr', /^(?:---.*\n)?version: [2-9]\n(?:.*\n)*?interactions:/],
  ['vcrpy', /^(?:---.*\n)?(?:version: 1\n)?(?:interactions|requests):/],
  ['vcrpy', /^\{\s*(?:"version":\s*1,\s*)?"(?:interactions|requests)":/],
  ['har', /^(?:\{\s*"log":|log:\n\s+(?:_recordingName|creator|version):)/],
  ['test-proxy', /^\{\s*"Entries":/],
  ['nock', /^\[\s*\{[^{}[\]]*"(?:scope|method)":/],
  ['ogx', /^\{\s*(?:"test_id":\s*(?:"(?:[^"\\]|\\.)*"|null),\s*)?"request":\s*\{/],
];

/**
 * The format that the beginning of a file suggests; null if it does not look like a recording.
 * @param head the first `HEAD_BYTES` bytes of the file, or all of them
 */
export function formatOfHead(head: Uint8Array): HeadFormat | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
  const start = text.replace(/^(?:\s*#.*\n|\s)+/, '');
  return HEADS.find(([, pattern]) => pattern.test(start))?.[0] ?? null;
}
