import type { LocatedSecret, SecretPiece } from '../found-secrets.js';
import { characterOffsets, jsonStrings, type WrittenString } from '../texts/json-strings.js';
import { encodeReplaced, makePlaceholder, type ReplacedText } from './replaced.js';

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Replaces secrets in a JSON text at the exact characters where they were located. */
export function redactJson(text: string, located: LocatedSecret[], repositoryId: number): ReplacedText {
  const written = new Map<string, WrittenString>();
  for (const string of jsonStrings(text)) written.set(keyOf(string), string);
  const edits: Edit[] = [];
  const replacements: ReplacedText['replacements'] = [];
  for (const found of located) {
    const { kind, secret, place, pieces } = found;
    const placeholder = makePlaceholder(kind, secret, repositoryId);
    const own = pieces.map((piece, index): Edit | null => {
      const string = written.get(keyOf(piece));
      if (string === undefined) return null;
      if (found.isEncoded) return encodedEdit(text, string, piece, found, placeholder);
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
  return { text: edited(text, edits), replacements };
}

const keyOf = ({ steps, isKey }: Pick<SecretPiece, 'steps' | 'isKey'>) => JSON.stringify([isKey, steps]);

const overlaps = (edit: Edit, others: Edit[]) =>
  others.some(({ start, end }) => edit.start < end && edit.end > start);

function encodedEdit(
  json: string,
  string: WrittenString,
  piece: SecretPiece,
  found: LocatedSecret,
  placeholder: string,
): Edit | null {
  const run = string.text.slice(piece.start, piece.end);
  const padding = /^={0,2}/.exec(string.text.slice(piece.end))?.[0].length ?? 0;
  const text = encodeReplaced(run, padding, found, placeholder);
  if (text === null) return null;
  const places = characterOffsets(json, string);
  return {
    start: places[piece.start] ?? string.end,
    end: places[piece.end + padding] ?? string.end,
    text,
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
