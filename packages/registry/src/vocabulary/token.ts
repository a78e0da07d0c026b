import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

// fr_<repository id>_<40 hex digits of chance><8 hex digits of crc32>
// The repository stands in the token so that it is looked up under its repository's key, like everything else. The
// prefix and the checksum let a secret scanner tell a leaked token from a look-alike: it looks for
// \bfr_[0-9]{1,15}_[0-9a-f]{48}\b, and the last 8 digits are the crc32 of all before them.

/** Repository 0 in a token: it is for all repositories. */
export const ALL_REPOSITORIES = 0;

export function makeToken(repositoryId: number): string {
  const body = `fr_${repositoryId}_${randomBytes(20).toString('hex')}`;
  return body + checksum(body);
}

/** The repository a token is for; null when this is not a token of ours. */
export function repositoryOfToken(token: string): number | null {
  const match = /^(fr_(\d{1,15})_[0-9a-f]{40})([0-9a-f]{8})$/.exec(token);
  if (!match?.[1] || checksum(match[1]) !== match[3]) return null;
  return Number(match[2]);
}

/** What is kept of a token. It has 160 bits of chance, so a plain hash cannot be turned back. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
