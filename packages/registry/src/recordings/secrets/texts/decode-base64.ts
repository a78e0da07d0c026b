import { decodeBytes } from './decode-bytes.js';
import { type DecompressionBudget, decompressBytes } from './decompress-bytes.js';

/** A run of base64 or hex in a text, and the decoded text. */
export interface DecodedText {
  text: string;
  /** The characters [start, end) of the run. */
  start: number;
  end: number;
  /** The encoding, as the end of a place: `in base64`. */
  how: string;
  /**
   * Whether encoding the text returns the run; false when it was also compressed or wrapped into
   * lines.
   */
  isPlain: boolean;
}

/** Length of the shortest run, in characters: 18 bytes, too few for a key. */
const SHORTEST = 24;
const SHORTEST_HEX = 40;
/**
 * Up to this length, a run that may have a prefix (`files/c2st…`) is also decoded from its next
 * three characters.
 */
const LONGEST_SHIFTED = 512;
const REST_OF_RUN = /[A-Za-z0-9+/_-]+/y;
/** Whether a character code is part of the standard or URL-safe base64 alphabet. */
const IS_BASE64 = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const HEX = new RegExp(`(?<![A-Za-z0-9])(?:[0-9a-f]{2}){${SHORTEST_HEX / 2},}(?![A-Za-z0-9])`, 'gi');

/**
 * Decodes the base64 and hex in a text, and decompresses the bytes. Decoding takes linear time;
 * only decompression, whose output may be much larger than its input, counts against the budget.
 */
export function* decodeBase64AndHex(text: string, budget: DecompressionBudget): Generator<DecodedText> {
  if (text.length < SHORTEST) return;
  for (const [from, to] of runsIn(text)) {
    const run = text.slice(from, to);
    if (run.length >= SHORTEST_HEX) yield* hexIn(run, from);
    // Base64 of text has letters of both cases; the many ids in hex do not.
    if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) continue;
    const shifts = run.length <= LONGEST_SHIFTED && /[-/_+]/.test(run) ? 4 : 1;
    for (let shift = 0; shift < shifts; shift++) {
      const bytes = Buffer.from(shift === 0 ? run : run.slice(shift), 'base64');
      const unpacked = decompressBytes(bytes, budget);
      const decoded = decodeBytes(unpacked ?? bytes, 'latin1');
      const isPlain = unpacked === null && decoded.length === bytes.length && !/\s/.test(run);
      yield { text: decoded, start: from + shift, end: to, how: 'in base64', isPlain };
    }
  }
}

/** Decodes hex that is text; most hex is digests and ids. */
function* hexIn(run: string, offset: number): Generator<DecodedText> {
  for (const { 0: hex, index } of run.matchAll(HEX)) {
    const bytes = Buffer.from(hex, 'hex');
    if (!bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0))
      continue;
    const start = offset + index;
    yield {
      text: decodeBytes(bytes, 'latin1'),
      start,
      end: start + hex.length,
      how: 'in hex',
      isPlain: false,
    };
  }
}

/**
 * The runs of base64 in a text, without padding; adjacent lines of base64 are one run. Every run
 * includes a position that is a multiple of the shortest length, so most characters of other texts
 * are never inspected.
 */
function* runsIn(text: string): Generator<[from: number, to: number]> {
  let last: [number, number] | null = null;
  for (let probe = SHORTEST - 1; probe < text.length; probe += SHORTEST) {
    if (!isBase64(text, probe)) continue;
    let from = probe;
    REST_OF_RUN.lastIndex = probe;
    REST_OF_RUN.test(text);
    const to = REST_OF_RUN.lastIndex;
    while (from > (last?.[1] ?? 0) && isBase64(text, from - 1)) from--;
    if (to - from >= SHORTEST) {
      if (last !== null && /^\r?\n$/.test(text.slice(last[1], from))) last[1] = to;
      else {
        if (last !== null) yield last;
        last = [from, to];
      }
    }
    probe = Math.max(probe, to - (to % SHORTEST) - 1);
  }
  if (last !== null) yield last;
}

function isBase64(text: string, at: number): boolean {
  return IS_BASE64[text.charCodeAt(at)] === 1;
}
