import type { JsonValue } from '../../vocabulary/recording.js';
import { jsonPath } from '../json/json-path.js';
import { certaintyOf, FoundSecrets, type LocatedSecret, type SecretPiece } from './found-secrets.js';
import type { Hit } from './rules/hit.js';
import { matchNamedValue, PUBLIC_HEADER } from './rules/named-values.js';
import { scanText } from './scan-text.js';
import { decodeBase64AndHex } from './texts/decode-base64.js';
import { decodeBytes } from './texts/decode-bytes.js';
import { decompressBytes, makeDecompressionBudget } from './texts/decompress-bytes.js';
import { type JoinedText, joinedTexts } from './texts/join-chunks.js';
import { mayBeJson, parseJsonText } from './texts/parse-json-lines.js';
import { repeatedFields } from './texts/repeated-fields.js';
import { type Part, partAt } from './texts/request-parts.js';
import { resolveEscapes } from './texts/resolve-escapes.js';
import { type Leaf, type Step, walkTexts } from './texts/walk-texts.js';

/** Length of the shortest text that can contain an encoded key, in characters. */
const SHORTEST_ENCODED = 24;

/** Maximum number of nested encodings that are decoded. */
const MAXIMUM_LAYERS = 4;

/** Length from which an encoded text counts as a body. */
const LONG = 100;
/** A text of base64 or hex from its start, or a list of such pieces, of which the first is often short. */
const ENCODED = /^[A-Za-z0-9+/_-]{80}|^\[\s*"[A-Za-z0-9+/_-]+=*"/;
/** Fields of the formats that hold a body. */
const BODY_FIELD = /^(?:body|string|base64_string|text|response|ResponseBody|RequestBody)$/;

/** What a derived value is: how places in it begin, its path in the recording, whether strings are parsed. */
interface Origin {
  where: string;
  above: readonly Step[];
  parsesJson?: boolean;
}

/** The document itself. */
const DOCUMENT: Origin = { where: '', above: [], parsesJson: true };

/** A text that is searched behind its encodings. */
interface Encoded {
  place: (at: number) => string;
  part: () => Part;
  leaf: Pick<Leaf, 'steps' | 'isKey'> | null;
  layer: number;
}

/** Collects the secrets of one recording. */
export class SecretSearch {
  /** Whether the recording has bodies that only its format decodes. */
  hasBytes = false;
  readonly #found = new FoundSecrets();
  readonly #budget = makeDecompressionBudget();
  readonly #jsonTexts: { text: string; place: string; above: readonly Step[] }[] = [];

  get found(): LocatedSecret[] {
    return this.#found.all;
  }

  /** Searches a file that is not parsed, in any text encoding. */
  file(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.text(decodeBytes(decompressBytes(buffer, this.#budget) ?? buffer));
  }

  /** Searches the text of a file. */
  text(text: string): void {
    const lineAt = lineCounter(text);
    const place = (at: number) => `line ${lineAt(at)}`;
    for (const hit of scanText(text)) {
      if (this.#found.isFull) return;
      this.#add(hit, text, place(hit.start), 'OTHER');
    }
    this.#encoded(text, { place, part: () => 'OTHER', leaf: null, layer: 1 });
    this.#jsonTexts.push({ text, place: 'the file', above: [] });
  }

  /** Searches the comments of YAML. */
  comments(text: string): void {
    if (!text.includes('#')) return;
    const comments = Array.from(text.matchAll(/(?:^|[ \t])#.*$/gm), ([comment]) => comment).join('\n');
    for (const hit of scanText(comments)) this.#add(hit, comments, 'a comment', 'CONTENT', [], true);
  }

  /** Searches strings that are JSON themselves. The last step: all other places are more precise. */
  jsonTexts(): void {
    for (const { text, place, above } of this.#jsonTexts.splice(0)) {
      const value = parseJsonText(text);
      if (value !== null) this.value(value, { where: `${place}, parsed as JSON: `, above });
    }
  }

  value(value: JsonValue, origin: Origin = DOCUMENT): void {
    walkTexts(value, (leaf) => this.#leaf(leaf, origin));
    for (const joined of joinedTexts(value)) this.#joined(joined, origin);
  }

  repeatedFields(text: string): void {
    for (const leaf of repeatedFields(text)) this.#leaf(leaf, DOCUMENT, false);
  }

  #leaf(leaf: Leaf, { where, above, parsesJson }: Origin, isUnique = true): void {
    if (this.#found.isFull) return;
    const { text, steps, isKey, isBytes } = leaf;
    const isExact = where === '' && isUnique && !isBytes;
    const hits = hitsIn(leaf);
    if (hits.length === 0 && text.length < SHORTEST_ENCODED) return;
    const place = () => where + describePosition(steps, isKey);
    const part = () => partAt([...above, ...steps], text);
    for (const hit of hits) {
      const { start, end } = hit;
      const pieces = isExact ? [{ steps: [...steps], isKey, start, end }] : [];
      this.#add(hit, text, place(), part(), pieces, where !== '' || isBytes);
    }
    if (isBytes || text.length < SHORTEST_ENCODED) return;
    if (!this.hasBytes && text.length >= LONG) this.hasBytes = isEncodedBody(text, steps);
    this.#encoded(text, { place, part, leaf: isExact ? { steps, isKey } : null, layer: 1 });
    if (parsesJson === true && mayBeJson(text))
      this.#jsonTexts.push({ text, place: place(), above: [...above, ...steps] });
  }

  /** Searches a text after decoding: nested escapes, base64, hex, compressed bytes, in any order. */
  #encoded(text: string, encoded: Encoded): void {
    const { place, part, layer } = encoded;
    if (layer > MAXIMUM_LAYERS) return;
    const unescaped = resolveEscapes(text);
    if (unescaped !== null) {
      const where = () => `${place(0)}, ${unescaped.how}`;
      for (const hit of scanText(unescaped.text)) this.#add(hit, unescaped.text, where(), part(), [], true);
      this.#decoded(unescaped.text, { ...encoded, place: where, leaf: null });
    }
    this.#decoded(text, encoded);
  }

  #decoded(text: string, { place, part, leaf, layer }: Encoded): void {
    for (const run of decodeBase64AndHex(text, this.#budget)) {
      const inRun = () => (layer === 1 ? `${place(run.start)}, ${run.how}` : place(0));
      for (const hit of scanText(run.text)) {
        const { start: from, end: to } = run;
        const pieces = leaf && run.isPlain ? [{ ...leaf, steps: [...leaf.steps], start: from, end: to }] : [];
        this.#add(hit, run.text, inRun(), part(), pieces, true, layer === 1);
      }
      // A further encoding is always text; most decoded bytes are not.
      if (layer === 1 || isText(run.text))
        this.#encoded(run.text, { place: inRun, part, leaf: null, layer: layer + 1 });
    }
  }

  #joined({ text, pieces }: JoinedText, { where, above }: Origin): void {
    for (const hit of scanText(text)) {
      const { start, end } = hit;
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
      const isExact = where === '' && touched.every((piece) => !piece.isBytes);
      const part = partAt([...above, ...first.steps], '');
      const place = `${where}${jsonPath(first.steps)}${to}`;
      this.#add(hit, text, place, part, isExact ? located : [], where !== '');
    }
  }

  #add(
    hit: Hit,
    text: string,
    place: string,
    part: Part,
    pieces: SecretPiece[] = [],
    isDerived = false,
    isEncoded = false,
  ): void {
    const secret = text.slice(hit.start, hit.end);
    const certainty = certaintyOf(hit, part);
    // `apiKey` is a header where headers are, and a field in content.
    const kind = certainty === 'CERTAIN' ? hit.kind : hit.kind.replace(/^header (?=api)/, 'field ');
    this.#found.add({ kind, certainty, secret, place, pieces, isEncoded }, isDerived);
  }
}

/** The secrets in a string: those with a shape, and its own by the name of its field. */
function hitsIn({ text, named }: Leaf): Hit[] {
  const byName = named === null ? null : matchNamedValue(named, text);
  const hits = scanText(text);
  if (named === PUBLIC_HEADER) return hits.filter(({ evidence }) => evidence === undefined);
  if (byName === null) return hits;
  // The kind of a key by its shape is more precise than the name of its header.
  const { start, end } = byName;
  if (hits.some((hit) => hit.evidence === undefined && hit.start < end && hit.end > start)) return hits;
  return [...hits.filter((hit) => hit.start >= end || hit.end <= start), byName];
}

/** Whether a string is a body that only its format decodes: bytes, or pieces of base64 or hex. */
function isEncodedBody(text: string, steps: readonly Step[]): boolean {
  const name = steps.findLast((step) => typeof step === 'string');
  if (name === '!!binary') return true;
  return name !== undefined && BODY_FIELD.test(name) && !steps.includes('parsed_body') && ENCODED.test(text);
}

/** Whether decoded bytes are text: other bytes soon contain a control character. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\u0000-\u0008\u000e-\u001f]/.test(text.slice(0, 200));
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
