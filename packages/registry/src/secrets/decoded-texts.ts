import { gunzipSync, inflateSync } from 'node:zlib';

/** Bytes that are decoded for one recording, packed ones counted unpacked: enough for a few images, too few to be slow. */
export const MOST_DECODED_BYTES = 8 * 1024 * 1024;
/** How often something decoded may be decoded again. */
const DEEPEST = 2;

/** What is left to be decoded; one for a whole recording. */
export interface DecodingBudget {
  bytes: number;
}

/** A run of base64 in a text, and what it says. */
export interface DecodedText {
  text: string;
  /** The characters [start, end) of the run. */
  start: number;
  end: number;
  /** Whether encoding the text again gives the run; not where it was also packed, or broken into lines. */
  isPlain: boolean;
}

/** Characters of the shortest run: 18 bytes, below which no key fits. */
const SHORTEST = 24;
/** Up to this length a run that may begin with something else (`files/c2st…`) is also read from its next three characters. */
const LONGEST_SHIFTED = 512;
const REST_OF_RUN = /[A-Za-z0-9+/_-]+/y;
/** Whether a character code may stand in base64, as it is usual or as it is safe in URLs. */
const IS_BASE64 = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** The base64 of a text decoded, also what is packed with gzip or zlib inside, as long as the budget lasts. */
export function* decodedTexts(text: string, budget: DecodingBudget, depth = 1): Generator<DecodedText> {
  if (text.length < SHORTEST || depth > DEEPEST) return;
  for (const [from, to] of runsIn(text)) {
    const run = text.slice(from, to);
    // What says something in base64 has letters of both cases; ids in hex, which are many, do not.
    if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) continue;
    const shifts = run.length <= LONGEST_SHIFTED && /[-/_+]/.test(run) ? 4 : 1;
    for (let shift = 0; shift < shifts; shift++) {
      if (budget.bytes <= 0) return;
      const bytes = Buffer.from(shift === 0 ? run : run.slice(shift), 'base64');
      budget.bytes -= bytes.length;
      const unpacked = unpackedBytes(bytes, budget);
      yield {
        text: (unpacked ?? bytes).toString('latin1'),
        start: from + shift,
        end: to,
        isPlain: unpacked === null && !/\s/.test(run),
      };
    }
  }
}

/**
 * The runs of base64 in a text, without the `=` behind them; lines of base64 below each other are one. A run covers every
 * place that is a multiple of its least length, so that most characters of other texts are never looked at.
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

/** What gzip or zlib packed; null for other bytes, and for what is larger than the budget. */
export function unpackedBytes(bytes: Buffer, budget: DecodingBudget): Buffer | null {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZlib = bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0);
  if ((!isGzip && !isZlib) || budget.bytes <= 0) return null;
  try {
    const unpack = isGzip ? gunzipSync : inflateSync;
    const unpacked = unpack(bytes, { maxOutputLength: budget.bytes });
    budget.bytes -= unpacked.length;
    return unpacked;
  } catch {
    // It only began like it.
    return null;
  }
}
