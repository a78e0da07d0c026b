import { gunzipSync, gzipSync } from 'node:zlib';
import { digestOf } from '@fixture-registry/protocol';
import type { Reading } from '../../../vocabulary/recording.js';
import type { Document } from '../../documents/document.js';
import { openRecording } from '../../reading/open-recording.js';
import { readOpenedRecording } from '../../reading/read-recording.js';
import type { LocatedSecret } from '../found-secrets.js';
import { locateSecrets } from '../locate-secrets.js';
import { changedReading } from './changed-reading.js';
import { redactJson } from './redact-json.js';
import { redactYaml } from './redact-yaml.js';
import type { ReplacedText, Replacement } from './replaced.js';

/** A recording without its secrets, or the reason why it cannot be redacted. */
export type Redaction =
  | { bytes: Uint8Array; newDigest: string; replacements: Replacement[] }
  | { refused: string };

/**
 * A secret that is found only after another is replaced (the second value of a cookie) is replaced
 * in a later round.
 */
const MAXIMUM_ROUNDS = 20;

/**
 * Replaces each certain secret of a recording with a placeholder and changes no other character. If a
 * secret spans stream chunks, its first chunk gets the placeholder and the others lose their part. The
 * result reads like the original, has the same request hash and the same exchanges; otherwise the
 * redaction is refused, because no recorder would find the recording.
 */
export function redact(bytes: Uint8Array, repositoryId: number): Redaction {
  const before = openRecording(bytes);
  if (before.kind === 'unreadable') {
    return {
      refused: `it cannot be parsed (${before.problem}), so no secret can be replaced: record it again`,
    };
  }
  const { isCompressed } = before.document;
  const mark = byteOrderMark(isCompressed ? gunzipSync(bytes) : bytes);
  const replacements: Replacement[] = [];
  let current = bytes;
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const opened = openRecording(current);
    if (opened.kind === 'unreadable')
      return { refused: 'replacing its secrets makes it unreadable: record it again without them' };
    const located = locateSecrets(current, opened).filter(({ certainty }) => certainty === 'CERTAIN');
    const [first] = located;
    if (first === undefined) {
      return checked(readOpenedRecording(before), readOpenedRecording(opened), current, replacements);
    }
    const replaced = replacedIn(opened.document, located, repositoryId);
    if (replaced.replacements.length === 0) return { refused: cannotReplace(first) };
    replacements.push(...replaced.replacements);
    const plain = Buffer.concat([mark, Buffer.from(replaced.text)]);
    current = isCompressed ? gzipSync(plain) : plain;
  }
  return { refused: 'it has too many secrets to replace: record it again without them' };
}

function replacedIn(document: Document, located: LocatedSecret[], repositoryId: number): ReplacedText {
  if (document.syntax === 'json') return redactJson(document.text, located, repositoryId);
  if (document.syntax === 'yaml') return redactYaml(document, located, repositoryId);
  // The lengths that such a file names would no longer be right.
  return { text: document.text, replacements: [] };
}

function byteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(0, 3) : new Uint8Array(0);
}

function checked(before: Reading, after: Reading, bytes: Uint8Array, replacements: Replacement[]): Redaction {
  const changed = changedReading(before, after);
  if (changed !== null) return { refused: changed };
  return { bytes, newDigest: digestOf(bytes), replacements };
}

function cannotReplace({ kind, place }: LocatedSecret): string {
  return `${kind} at ${place} cannot be replaced automatically: record it again without it`;
}
