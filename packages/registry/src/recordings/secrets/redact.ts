import { createHash } from 'node:crypto';
import { digestOf } from '@fixture-registry/protocol';
import type { Reading } from '../../vocabulary/recording.js';
import type { Document } from '../documents/document.js';
import { openRecording } from '../reading/open-recording.js';
import { readOpenedRecording } from '../reading/read-recording.js';
import { type LocatedSecret, locateSecrets, type SecretPiece } from './locate-secrets.js';
import { characterOffsets, jsonStrings, type WrittenString } from './texts/json-strings.js';

/** A secret that was replaced. */
export interface Replacement {
  kind: string;
  place: string;
  placeholder: string;
}

/** A recording without its secrets, or the reason why it cannot be redacted. */
export type Redaction =
  | { bytes: Uint8Array; newDigest: string; replacements: Replacement[] }
  | { refused: string };

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * A secret that is found only after another is replaced (the second value of a cookie) is replaced
 * in a later round.
 */
const MAXIMUM_ROUNDS = 20;

/**
 * Replaces each secret of a recording with a placeholder and changes no other byte. If a secret
 * spans stream chunks, its first chunk gets the placeholder and the others lose their part. The
 * result reads like the original and has the same request hash; otherwise the redaction is refused,
 * because no recorder would find the recording.
 */
export function redact(bytes: Uint8Array, repositoryId: number): Redaction {
  const before = openRecording(bytes);
  if (before.kind === 'unreadable') {
    return {
      refused: `it cannot be parsed as JSON (${before.problem}), so no secret can be replaced: record it again`,
    };
  }
  const mark = bytes[0] === 0xef ? bytes.subarray(0, 3) : new Uint8Array(0);
  const replacements: Replacement[] = [];
  let current = bytes;
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const opened = openRecording(current);
    if (opened.kind === 'unreadable')
      return { refused: 'replacing its secrets makes it unreadable: record it again without them' };
    const located = locateSecrets(current, opened);
    if (located.length === 0)
      return checked(readOpenedRecording(before), readOpenedRecording(opened), current, replacements);
    const [first] = located;
    // Only in JSON are the characters of a value known; in a trace, another length would break the next call.
    const isJson = opened.document.syntax === 'json';
    const edits = isJson ? editsOf(opened.document, located, repositoryId, replacements) : [];
    if (edits.length === 0) return { refused: cannotReplace(first as LocatedSecret) };
    current = Buffer.concat([mark, Buffer.from(edited(opened.document.text, edits))]);
  }
  return { refused: 'it has too many secrets to replace: record it again without them' };
}

/**
 * Returns the placeholder for a secret: the same for the same secret within a repository, so that
 * equal recordings stay equal. The scan does not report placeholders.
 */
export function makePlaceholder(kind: string, secret: string, repositoryId: number): string {
  const slug = kind
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60);
  const mark = createHash('sha256').update(`${repositoryId}:${secret}`).digest('hex').slice(0, 8);
  return `REDACTED_${slug}_${mark}`;
}

/** Fields of the reading that redaction must not change. */
const PRESERVED = [
  'format',
  'testId',
  'model',
  'endpoint',
  'isStreaming',
  'outcome',
] as const satisfies (keyof Reading)[];

function checked(before: Reading, after: Reading, bytes: Uint8Array, replacements: Replacement[]): Redaction {
  if (before.requestHashes.join() !== after.requestHashes.join()) {
    return {
      refused:
        'a secret is part of the request, so replacing it would change the hash by which recorders ' +
        'find the recording: record it again without the secret in the request',
    };
  }
  const differs = PRESERVED.find((field) => before[field] !== after[field]);
  if (differs !== undefined)
    return { refused: `replacing the secret would change its ${differs}: record it again` };
  return { bytes, newDigest: digestOf(bytes), replacements };
}

function cannotReplace({ kind, place }: LocatedSecret): string {
  return `${kind} at ${place} cannot be replaced automatically: record it again without it`;
}

function editsOf(
  { text }: Document,
  located: LocatedSecret[],
  repositoryId: number,
  replacements: Replacement[],
): Edit[] {
  const written = new Map<string, WrittenString>();
  for (const string of jsonStrings(text)) written.set(keyOf(string), string);
  const edits: Edit[] = [];
  for (const { kind, secret, place, pieces, isEncoded } of located) {
    const placeholder = makePlaceholder(kind, secret, repositoryId);
    const own = pieces.map((piece, index): Edit | null => {
      const string = written.get(keyOf(piece));
      if (string === undefined) return null;
      if (isEncoded) return encodedEdit(text, string, piece, secret, placeholder);
      const places = characterOffsets(text, string);
      return {
        start: places[piece.start] ?? string.end,
        end: places[piece.end] ?? string.end,
        text: index === 0 ? placeholder : '',
      };
    });
    const whole = own.filter((edit) => edit !== null);
    if (whole.length === 0 || whole.length < own.length || whole.some((edit) => overlaps(edit, edits)))
      continue;
    edits.push(...whole);
    replacements.push({ kind, place, placeholder });
  }
  return edits;
}

const keyOf = ({ steps, isKey }: Pick<SecretPiece, 'steps' | 'isKey'>) => JSON.stringify([isKey, steps]);

const overlaps = (edit: Edit, others: Edit[]) =>
  others.some(({ start, end }) => edit.start < end && edit.end > start);

/** Encodes base64 again without the secret; null when the original does not round-trip. */
function encodedEdit(
  json: string,
  string: WrittenString,
  piece: SecretPiece,
  secret: string,
  placeholder: string,
): Edit | null {
  const run = string.text.slice(piece.start, piece.end);
  const padding = /^={0,2}/.exec(string.text.slice(piece.end))?.[0].length ?? 0;
  const encoding = /[-_]/.test(run) ? 'base64url' : 'base64';
  const decoded = Buffer.from(run, 'base64');
  if (decoded.toString(encoding).replace(/=+$/, '') !== run) return null;
  const text = decoded.toString('latin1').replaceAll(secret, placeholder);
  const plain = Buffer.from(text, 'latin1').toString(encoding).replace(/=+$/, '');
  const wasPadded = padding > 0 || run.length % 4 === 0;
  const places = characterOffsets(json, string);
  return {
    start: places[piece.start] ?? string.end,
    end: places[piece.end + padding] ?? string.end,
    text: wasPadded ? plain.padEnd(Math.ceil(plain.length / 4) * 4, '=') : plain,
  };
}

function edited(text: string, edits: Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
