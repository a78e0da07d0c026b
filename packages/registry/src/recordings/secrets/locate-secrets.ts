import type { JsonValue } from '../../vocabulary/recording.js';
import { jsonPath } from '../json/json-path.js';
import type { OpenedCall, OpenedRecording } from '../reading/open-recording.js';
import { matchNamedValue } from './rules/named-values.js';
import { mayHoldSecrets, scanText, TOO_MANY } from './scan-text.js';
import { decodeBase64AndHex } from './texts/decode-base64.js';
import { decodeBytes } from './texts/decode-bytes.js';
import { decompressBytes, makeDecompressionBudget } from './texts/decompress-bytes.js';
import { type JoinedText, joinedTexts } from './texts/join-chunks.js';
import { mayBeJson, parseJsonText } from './texts/parse-json-lines.js';
import { repeatedFields } from './texts/repeated-fields.js';
import { resolveEscapes } from './texts/resolve-escapes.js';
import { type Leaf, type Step, walkTexts } from './texts/walk-texts.js';

/** A secret and the exact characters of the document that contain it. */
export interface LocatedSecret {
  kind: string;
  /** The secret in plain text. It never leaves the registry. */
  secret: string;
  place: string;
  /**
   * Its characters; empty when finding it takes more than parsing the JSON, and for base64 more
   * than decoding.
   */
  pieces: SecretPiece[];
  /** Whether the pieces are base64 of a text with the secret. */
  isEncoded: boolean;
}

export interface SecretPiece {
  steps: Step[];
  isKey: boolean;
  /** Characters [start, end) of the string at these steps, after resolving escapes. */
  start: number;
  end: number;
}

/** Length of the shortest text that can contain an encoded key, in characters. */
const SHORTEST_ENCODED = 24;

/** Maximum number of secrets located in one recording; more are a separate finding. */
const MAXIMUM_LOCATED = 1_000;

/** Maximum number of nested encodings that are decoded. */
const MAXIMUM_LAYERS = 4;

/**
 * Locates every secret in a recording: in its strings, across stream chunks, and in encoded text.
 */
export function locateSecrets(bytes: Uint8Array, opened: OpenedRecording): LocatedSecret[] {
  const search = new Search();
  if (opened.kind === 'unreadable') search.file(bytes);
  else {
    const { document } = opened;
    search.value(document.value, '');
    // The parser keeps only the last of duplicate fields; the file also has the first.
    if (document.warnings.length > 0 && document.syntax === 'json') search.repeatedFields(document.text);
    if (opened.kind === 'recording') {
      for (const call of opened.calls) if (isReassembled(call)) search.answer(call.answer.body);
    }
  }
  search.jsonTexts();
  return search.found;
}

class Search {
  readonly found: LocatedSecret[] = [];
  readonly #budget = makeDecompressionBudget();
  readonly #known = new Set<string>();
  readonly #jsonTexts: { text: string; place: string }[] = [];
  #isFull = false;

  /** Searches a file that is not parsed as JSON, in any text encoding. */
  file(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const whole = decompressBytes(buffer, this.#budget) ?? buffer;
    const text = decodeBytes(whole);
    const lineAt = lineCounter(text);
    const place = (at: number) => `line ${lineAt(at)}`;
    for (const { kind, start, end } of scanText(text)) {
      if (this.#isFull) return;
      this.#add(kind, text.slice(start, end), place(start));
    }
    this.#encoded(text, place);
    this.#jsonTexts.push({ text, place: 'the file' });
  }

  /**
   * Searches strings that are JSON themselves. The last step: all other places are more precise.
   */
  jsonTexts(): void {
    for (const { text, place } of this.#jsonTexts.splice(0)) {
      const value = parseJsonText(text);
      if (value !== null) this.value(value, `${place}, parsed as JSON: `);
    }
  }

  value(value: JsonValue, where: string): void {
    walkTexts(value, (leaf) => this.#leaf(leaf, where));
    for (const joined of joinedTexts(value)) this.#joined(joined, where);
  }

  repeatedFields(text: string): void {
    for (const leaf of repeatedFields(text)) this.#leaf(leaf, '', false);
  }

  answer(body: JsonValue): void {
    this.value(body, '$.response, reassembled: ');
  }

  #leaf({ text, named, steps, isKey }: Leaf, where: string, isUnique = true): void {
    if (this.#isFull) return;
    const hit = named === null ? null : matchNamedValue(named, text);
    const may = mayHoldSecrets(text);
    const hits = may ? scanText(text) : [];
    // The kind of a key by its shape is more precise than the name of its header.
    if (hit !== null && !hits.some(({ start, end }) => start < hit.end && end > hit.start)) hits.push(hit);
    for (const { kind, start, end } of hits) {
      const pieces = where === '' && isUnique ? [{ steps: [...steps], isKey, start, end }] : [];
      this.#add(kind, text.slice(start, end), where + describePosition(steps, isKey), pieces, where !== '');
    }
    if (text.length < SHORTEST_ENCODED) return;
    const place = () => where + describePosition(steps, isKey);
    this.#encoded(text, place, where === '' && isUnique ? { steps, isKey } : null);
    if (where === '' && mayBeJson(text)) this.#jsonTexts.push({ text, place: place() });
  }

  /**
   * Searches a text after decoding: nested escapes, base64, hex, compressed bytes, in any order.
   */
  #encoded(
    text: string,
    place: (at: number) => string,
    leaf: Pick<Leaf, 'steps' | 'isKey'> | null = null,
    layer = 1,
  ): void {
    if (layer > MAXIMUM_LAYERS) return;
    const unescaped = resolveEscapes(text);
    if (unescaped !== null) {
      for (const { kind, start, end } of scanText(unescaped.text)) {
        this.#add(kind, unescaped.text.slice(start, end), `${place(0)}, ${unescaped.how}`, [], true);
      }
      this.#decoded(unescaped.text, () => `${place(0)}, ${unescaped.how}`, null, layer);
    }
    this.#decoded(text, place, leaf, layer);
  }

  #decoded(
    text: string,
    place: (at: number) => string,
    leaf: Pick<Leaf, 'steps' | 'isKey'> | null,
    layer: number,
  ): void {
    for (const run of decodeBase64AndHex(text, this.#budget)) {
      const inRun = () => (layer === 1 ? `${place(run.start)}, ${run.how}` : place(0));
      for (const { kind, start, end } of scanText(run.text)) {
        const { start: from, end: to } = run;
        const pieces = leaf && run.isPlain ? [{ ...leaf, steps: [...leaf.steps], start: from, end: to }] : [];
        this.#add(kind, run.text.slice(start, end), inRun(), pieces, true, layer === 1);
      }
      // A further encoding is always text; most decoded bytes are not.
      if (layer === 1 || isText(run.text)) this.#encoded(run.text, inRun, null, layer + 1);
    }
  }

  #joined({ text, pieces }: JoinedText, where: string): void {
    for (const { kind, start, end } of scanText(text)) {
      const touched = pieces.filter(({ at, length }) => at < end && at + length > start && length > 0);
      const [first, last] = [touched[0], touched.at(-1)];
      // Within one piece, it was already found.
      if (first === undefined || last === undefined || (first === last && !first.isBytes)) continue;
      const differs = first.steps.findIndex((step, index) => step !== last.steps[index]);
      const to = differs < 0 ? '' : ` … to [${last.steps[differs]}]`;
      const located = touched.map(({ at, length, steps }) => ({
        steps,
        isKey: false,
        start: Math.max(0, start - at),
        end: Math.min(length, end - at),
      }));
      const isText = where === '' && touched.every((piece) => !piece.isBytes);
      this.#add(
        kind,
        text.slice(start, end),
        `${where}${jsonPath(first.steps)}${to}`,
        isText ? located : [],
        where !== '',
      );
    }
  }

  #add(
    kind: string,
    secret: string,
    place: string,
    pieces: SecretPiece[] = [],
    isDerived = false,
    isEncoded = false,
  ): void {
    if (this.#isFull) return;
    if (this.found.length >= MAXIMUM_LOCATED) {
      this.found.push({ kind: TOO_MANY, secret: '', place: `after ${place}`, pieces: [], isEncoded: false });
      this.#isFull = true;
      return;
    }
    const key = JSON.stringify([secret, isDerived ? null : place]);
    // A derived finding is reported only if the same secret was not found elsewhere.
    if (this.#known.has(key) || (isDerived && this.#isKnown(secret))) return;
    this.#known.add(key);
    this.found.push({ kind, secret, place, pieces, isEncoded });
  }

  #isKnown(secret: string): boolean {
    return this.found.some((other) => {
      const plain = plainText(other.secret);
      return other.secret.includes(secret) || plain.includes(secret) || secret.includes(plain);
    });
  }
}

/** Whether decoded bytes are text: other bytes soon contain a control character. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\u0000-\u0008\u000e-\u001f]/.test(text.slice(0, 200));
}

function plainText(text: string): string {
  return resolveEscapes(text)?.text ?? text;
}

/** Whether the reassembled response differs from the recorded one: a stream, or lines of events. */
function isReassembled({ answer, call }: OpenedCall): boolean {
  if (answer.shape === 'embeddings' || answer.shape === 'models') return false;
  const { body } = call.response;
  return answer.isStreaming || Array.isArray(body) || typeof body === 'string';
}

function describePosition(steps: readonly Step[], isKey: boolean): string {
  return isKey ? `the field name ${jsonPath(steps.slice(0, -1))}.…` : jsonPath(steps);
}

/** Returns the line of a position. Counts on from the last position, because both may be large. */
function lineCounter(text: string): (at: number) => number {
  let [counted, line] = [0, 1];
  return (at) => {
    if (at < counted) [counted, line] = [0, 1];
    line += text.slice(counted, at).split('\n').length - 1;
    counted = at;
    return line;
  };
}
