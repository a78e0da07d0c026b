import { createHash } from 'node:crypto';
import type { LocatedSecret } from '../found-secrets.js';

/** A secret that was replaced. */
export interface Replacement {
  kind: string;
  place: string;
  placeholder: string;
}

/** The text of a file after some of its secrets were replaced; `replacements` is empty when none could be. */
export interface ReplacedText {
  text: string;
  replacements: Replacement[];
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

/**
 * Base64 of a text with a placeholder in place of a secret; null when encoding the decoded run does not return
 * the run.
 * @param padding number of `=` after the run
 */
export function encodeReplaced(
  run: string,
  padding: number,
  { secret }: LocatedSecret,
  placeholder: string,
): string | null {
  const encoding = /[-_]/.test(run) ? 'base64url' : 'base64';
  const decoded = Buffer.from(run, 'base64');
  if (decoded.toString(encoding).replace(/=+$/, '') !== run) return null;
  const text = decoded.toString('latin1').replaceAll(secret, placeholder);
  const plain = Buffer.from(text, 'latin1').toString(encoding).replace(/=+$/, '');
  const wasPadded = padding > 0 || run.length % 4 === 0;
  return wasPadded ? plain.padEnd(Math.ceil(plain.length / 4) * 4, '=') : plain;
}
