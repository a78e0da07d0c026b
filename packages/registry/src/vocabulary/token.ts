import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

// fr_<repository id>_<40 random hex digits><8 hex digits of crc32>
// The repository is part of the token, so that the look-up uses the repository's key, as for all tables.
// Prefix and checksum let a secret scanner recognise a leaked token: it searches for
// \bfr_[0-9]{1,15}_[0-9a-f]{48}\b, and the last 8 digits are the crc32 of the characters before them.

/** The repository id in a token for all repositories. */
export const ALL_REPOSITORIES = 0;

/** Makes a random token for a repository, or for all of them with `ALL_REPOSITORIES`. */
export function makeToken(repositoryId: number): string {
  const body = `fr_${repositoryId}_${randomBytes(20).toString('hex')}`;
  return body + checksum(body);
}

/** The repository id in a token; null when the text is not a token of a registry. */
export function repositoryOfToken(token: string): number | null {
  const match = /^(fr_(\d{1,15})_[0-9a-f]{40})([0-9a-f]{8})$/.exec(token);
  if (!match?.[1] || checksum(match[1]) !== match[3]) return null;
  return Number(match[2]);
}

/** The stored hash of a token. A token has 160 random bits, so a plain hash cannot be reversed. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
