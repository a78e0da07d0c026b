import { openDocument } from '../../recordings/documents/open-document.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import { listing } from '../../vocabulary/words.js';
import { compareTexts } from '../differences/compare-texts.js';
import type { DriftReason, DriftSide, TextChange } from '../differences/drift.js';
import { describeJsonForm } from '../differences/json-form.js';
import { sameValue } from '../differences/walk-values.js';
import { describeTextChange } from '../texts/describe-text-change.js';

// Bytes of both contents, beyond which the layout is not compared.
const LONGEST_LAYOUT = 4 * 1024 * 1024;

/** A side with its content; null when the content is too large to compare, or was purged. */
export interface Content {
  side: DriftSide;
  bytes: Uint8Array | null;
}

/**
 * Compares two contents of which neither is a recording of a known format. Adds a difference of
 * text to `texts`.
 */
export function compareBytes(before: Content, after: Content, texts: TextChange[]): DriftReason[] {
  const reason = (rule: string, level: DriftLevel, words: string): DriftReason[] => [
    { rule, level, path: '', words },
  ];
  if (before.side.digest === after.side.digest) return [];
  if (before.bytes === null || after.bytes === null)
    return reason('bytes', 'CONTENT', 'too large to compare; the bytes differ');
  const [a, b] = [openDocument(before.bytes), openDocument(after.bytes)];
  if (!('problem' in a) && !('problem' in b) && sameValue(a.value, b.value) && sameLongNumbers(before, after))
    return reason('layout', 'COSMETIC', describeLayout(before, after));
  const [oldText, newText] = [decodeUtf8(before.bytes), decodeUtf8(after.bytes)];
  if (oldText === null || newText === null)
    return reason('bytes', 'CONTENT', 'unknown format; the bytes differ');
  const change = compareTexts('', oldText, newText);
  texts.push(change);
  return reason('bytes', 'CONTENT', `unknown format; ${describeTextChange('text', oldText, newText)}`);
}

/** Names in what two contents of equal values differ: "order of keys in the file", or "file formatting". */
export function describeLayout(before: Content, after: Content): string {
  if (before.side.size + after.side.size > LONGEST_LAYOUT) return 'file formatting';
  const [a, b] = [before, after].map(({ bytes }) => (bytes && decodeUtf8(bytes)) ?? '');
  const form = describeJsonForm(a ?? '', b ?? '');
  return form.length === 0 ? 'file formatting' : `${listing(form, 4)} in the file`;
}

/**
 * Whether both contents have the same integers of 16 or more digits: parsing may round different
 * ones to equal values.
 */
export function sameLongNumbers(before: Content, after: Content): boolean {
  const numbers = ({ bytes }: Content) =>
    ((bytes && decodeUtf8(bytes)) ?? '')
      .match(/(?<![\w.+-])-?\d{16,}(?![\w.])/g)
      ?.sort()
      .join() ?? '';
  return numbers(before) === numbers(after);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
