import type { JsonValue } from '../../vocabulary/recording.js';

/** The bytes of pieces in hex, joined; null without pieces or when one of them is not hex. */
export function bytesOfHex(pieces: readonly JsonValue[]): Buffer | null {
  const texts = pieces.filter((piece) => typeof piece === 'string' && isHex(piece));
  return pieces.length > 0 && texts.length === pieces.length ? Buffer.from(texts.join(''), 'hex') : null;
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text);
}
