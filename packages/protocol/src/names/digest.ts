import { hash } from 'node:crypto';

const DIGEST = /^[0-9a-f]{64}$/;

/** The digest of a recording: the sha256 of its bytes as 64 lower-case hex digits. */
export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** Whether a text has the form of a digest. Upper case is refused, because digests are compared as text. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}
