import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { isGzip } from '../documents/gunzip.js';
import { parseJson } from '../json/parse-json.js';
import { bytesOfHex } from './hex.js';

/**
 * The body in the `text` of a HAR, whose other fields say how it is encoded: base64; a JSON list of pieces of
 * one body, each in base64 (PollyJS) or in hex (PollyJS before version 5); else the text itself.
 */
export function harText(text: string, content: JsonObject): JsonValue {
  const isBase64 = content['encoding'] === 'base64';
  const pieces = piecesIn(text);
  if (isBase64) return binaryOf(decodeBase64(pieces ?? [text]));
  const bytes = bytesOfHex(pieces ?? []);
  // A list of hex texts can also be the body itself.
  return bytes !== null && (content['_isBinary'] === true || isGzip(bytes)) ? binaryOf(bytes) : text;
}

function piecesIn(text: string): string[] | null {
  if (!/^\s*\[\s*"/.test(text)) return null;
  const parsed = parseJson(text);
  if ('problem' in parsed || !Array.isArray(parsed.value)) return null;
  const pieces = parsed.value.filter((piece) => typeof piece === 'string');
  return pieces.length === parsed.value.length ? pieces : null;
}

/** Each piece is encoded by itself, unless the encoded text was split: then a piece ends anywhere. */
function decodeBase64(pieces: string[]): Buffer {
  const isWhole = pieces.every((piece) => piece.length % 4 === 0);
  const encoded = isWhole ? pieces : [pieces.join('')];
  const bytes = Buffer.alloc(encoded.reduce((sum, piece) => sum + Buffer.byteLength(piece, 'base64'), 0));
  let length = 0;
  for (const piece of encoded) length += bytes.write(piece, length, 'base64');
  return bytes.subarray(0, length);
}
