import { isUtf8 } from 'node:buffer';

/** Number of bytes inspected to detect UTF-16 without a byte order mark. */
const SAMPLE = 512;

/**
 * Decodes bytes as text: UTF-16 of either byte order, with or without a byte order mark, else
 * UTF-8, else Latin-1.
 * @param fallback encoding of text that is not UTF-16; `utf8` falls back to Latin-1 for invalid
 *   bytes
 */
export function decodeBytes(bytes: Buffer, fallback: 'utf8' | 'latin1' = 'utf8'): string {
  const order = orderOfUtf16(bytes);
  if (order === 'little') return bytes.toString('utf16le');
  if (order === 'big') {
    const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  return fallback === 'utf8' && isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

/** Mostly ASCII text in UTF-16 has a zero byte at every second position. */
function orderOfUtf16(bytes: Buffer): 'little' | 'big' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'little';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'big';
  const sample = bytes.subarray(0, SAMPLE);
  if (sample.length < 16 || sample.indexOf(0) < 0) return null;
  let [even, odd] = [0, 0];
  for (const [at, byte] of sample.entries()) {
    if (byte === 0) at % 2 === 0 ? even++ : odd++;
  }
  const pairs = sample.length / 2;
  if (odd > 0.4 * pairs && even < 0.05 * pairs) return 'little';
  if (even > 0.4 * pairs && odd < 0.05 * pairs) return 'big';
  return null;
}
