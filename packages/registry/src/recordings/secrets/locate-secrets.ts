import type { JsonValue } from '../../vocabulary/recording.js';
import { jsonPath } from '../json/json-path.js';
import type { OpenedRecording } from '../reading/open-recording.js';
import { matchNamedValue } from './rules/named-values.js';
import { mayHoldSecrets, scanText, TOO_MANY } from './scan-text.js';
import { decodedTexts } from './texts/decode-base64.js';
import { decodeBytes } from './texts/decode-bytes.js';
import { decompressBytes, makeDecompressionBudget } from './texts/decompress-bytes.js';
import { type JoinedText, joinedTexts } from './texts/join-chunks.js';
import { mayBeJson, parseJsonText } from './texts/parse-json-lines.js';
import { repeatedFields } from './texts/repeated-fields.js';
import { resolveEscapes } from './texts/resolve-escapes.js';
import { type Leaf, type Step, walkTexts } from './texts/walk-texts.js';

/** A secret, and the very characters of the document that it stands in. */
export interface LocatedSecret {
  kind: string;
  /** The secret itself. It never leaves the registry. */
  secret: string;
  place: string;
  /** Where its characters stand; empty where it only comes out of the document by more than decoding JSON. */
  pieces: SecretPiece[];
  /** Whether the pieces are base64 of a text that holds it. */
  isEncoded: boolean;
}

export interface SecretPiece {
  steps: Step[];
  isKey: boolean;
  /** Characters [start, end) of the string that stands there, escapes resolved. */
  start: number;
  end: number;
}

/** Characters of the shortest text that could hold an encoded key. */
const SHORTEST_ENCODED = 24;

/** Secrets of one recording that are located; beyond, it is refused for that alone. */
const MOST_LOCATED = 1_000;

/** How many layers of encoding are taken off one after the other. */
const MOST_LAYERS = 4;

/** Every secret in a recording: in its texts, across the chunks of its streams, and in what its base64 says. */
export function locateSecrets(bytes: Uint8Array, opened: OpenedRecording): LocatedSecret[] {
  const search = new Search();
  if (opened.kind === 'unreadable') search.file(bytes);
  else {
    const { document } = opened;
    search.value(document.value, '');
    // Of two fields of one name the parser keeps the last; the first is in the file all the same.
    if (document.warnings.length > 0) search.repeated(document.text);
    if (opened.kind === 'recording' && isPutTogether(opened)) search.answer(opened.answer.body);
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

  /** A file that is no JSON, or none that is read: its text, whatever its encoding. */
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
    this.#indirect(text, place);
    this.#jsonTexts.push({ text, place: 'the file' });
  }

  /** Reads texts that are JSON themselves: the last step, because every other place says more. */
  jsonTexts(): void {
    for (const { text, place } of this.#jsonTexts.splice(0)) {
      const value = parseJsonText(text);
      if (value !== null) this.value(value, `${place}, read as JSON: `);
    }
  }

  value(value: JsonValue, where: string): void {
    walkTexts(value, (leaf) => this.#leaf(leaf, where));
    for (const joined of joinedTexts(value)) this.#joined(joined, where);
  }

  repeated(text: string): void {
    for (const leaf of repeatedFields(text)) this.#leaf(leaf, '', false);
  }

  answer(body: JsonValue): void {
    this.value(body, '$.response, put together: ');
  }

  #leaf({ text, named, steps, isKey }: Leaf, where: string, isOnlyOne = true): void {
    if (this.#isFull) return;
    const hit = named === null ? null : matchNamedValue(named, text);
    const may = mayHoldSecrets(text);
    const hits = may ? scanText(text) : [];
    // A key tells more by its shape than by the name of the header.
    if (hit !== null && !hits.some(({ start, end }) => start < hit.end && end > hit.start)) hits.push(hit);
    for (const { kind, start, end } of hits) {
      const pieces = where === '' && isOnlyOne ? [{ steps: [...steps], isKey, start, end }] : [];
      this.#add(kind, text.slice(start, end), where + describePosition(steps, isKey), pieces, where !== '');
    }
    if (text.length < SHORTEST_ENCODED) return;
    const place = () => where + describePosition(steps, isKey);
    this.#indirect(text, place, where === '' && isOnlyOne ? { steps, isKey } : null);
    if (where === '' && mayBeJson(text)) this.#jsonTexts.push({ text, place: place() });
  }

  /** What a text says only after decoding: escapes of its own, base64, hex, packed bytes, in any order. */
  #indirect(
    text: string,
    place: (at: number) => string,
    leaf: Pick<Leaf, 'steps' | 'isKey'> | null = null,
    layer = 1,
  ): void {
    if (layer > MOST_LAYERS) return;
    const written = resolveEscapes(text);
    if (written !== null) {
      for (const { kind, start, end } of scanText(written.text)) {
        this.#add(kind, written.text.slice(start, end), `${place(0)}, ${written.how}`, [], true);
      }
      this.#decoded(written.text, () => `${place(0)}, ${written.how}`, null, layer);
    }
    this.#decoded(text, place, leaf, layer);
  }

  #decoded(
    text: string,
    place: (at: number) => string,
    leaf: Pick<Leaf, 'steps' | 'isKey'> | null,
    layer: number,
  ): void {
    for (const run of decodedTexts(text, this.#budget)) {
      const inRun = () => (layer === 1 ? `${place(run.start)}, ${run.how}` : place(0));
      for (const { kind, start, end } of scanText(run.text)) {
        const { start: from, end: to } = run;
        const pieces = leaf && run.isPlain ? [{ ...leaf, steps: [...leaf.steps], start: from, end: to }] : [];
        this.#add(kind, run.text.slice(start, end), inRun(), pieces, true, layer === 1);
      }
      // A further layer is written in text; most of what decodes is bytes of something else.
      if (layer === 1 || isText(run.text)) this.#indirect(run.text, inRun, null, layer + 1);
    }
  }

  #joined({ text, pieces }: JoinedText, where: string): void {
    for (const { kind, start, end } of scanText(text)) {
      const touched = pieces.filter(({ at, length }) => at < end && at + length > start && length > 0);
      const [first, last] = [touched[0], touched.at(-1)];
      // Within one piece it was found before.
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
    if (this.found.length >= MOST_LOCATED) {
      this.found.push({ kind: TOO_MANY, secret: '', place: `after ${place}`, pieces: [], isEncoded: false });
      this.#isFull = true;
      return;
    }
    const key = JSON.stringify([secret, isDerived ? null : place]);
    // What is derived is told only where nothing else told of the same secret.
    if (this.#known.has(key) || (isDerived && this.#isTold(secret))) return;
    this.#known.add(key);
    this.found.push({ kind, secret, place, pieces, isEncoded });
  }

  #isTold(secret: string): boolean {
    return this.found.some((other) => {
      const plain = plainText(other.secret);
      return other.secret.includes(secret) || plain.includes(secret) || secret.includes(plain);
    });
  }
}

/** Whether a text begins like one: bytes of another kind soon have a control character. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\u0000-\u0008\u000e-\u001f]/.test(text.slice(0, 200));
}

function plainText(text: string): string {
  return resolveEscapes(text)?.text ?? text;
}

/** Whether the answer is more than what is recorded: a stream put together, or lines read as events. */
function isPutTogether({ answer, call }: Extract<OpenedRecording, { kind: 'recording' }>): boolean {
  if (answer.shape === 'embeddings' || answer.shape === 'models') return false;
  const { body } = call.response;
  return answer.isStreaming || Array.isArray(body) || typeof body === 'string';
}

function describePosition(steps: readonly Step[], isKey: boolean): string {
  return isKey ? `the field name ${jsonPath(steps.slice(0, -1))}.…` : jsonPath(steps);
}

/** Counts lines on from the place that was asked for last: there may be many, and the text may be long. */
function lineCounter(text: string): (at: number) => number {
  let [counted, line] = [0, 1];
  return (at) => {
    if (at < counted) [counted, line] = [0, 1];
    line += text.slice(counted, at).split('\n').length - 1;
    counted = at;
    return line;
  };
}
