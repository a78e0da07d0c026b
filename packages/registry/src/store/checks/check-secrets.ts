import type { Database } from '../../database/statements/database.js';
import { masked } from '../../recordings/secrets/mask.js';
import { scanText } from '../../recordings/secrets/scan-text.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { findingsOf } from '../contents/reading-store.js';
import type { FileToAdd } from './check-push.js';

/** A finding in a file of a push. */
export interface FileFinding extends SecretFinding {
  path: string;
  digest: string;
}

/**
 * The secret findings in the files of a push that are not allowed there. Stored contents are checked again:
 * they may have been allowed for another path or ref.
 * @returns the refused findings, and the number of files with allowed findings only
 */
export async function pushedSecrets(
  db: Database,
  repositoryId: number,
  add: readonly Pick<FileToAdd, 'path' | 'digest'>[],
  allowances: Allowances,
): Promise<{ refused: FileFinding[]; allowed: number }> {
  const refused: FileFinding[] = [];
  let allowed = 0;
  const known = await findingsOf(db, repositoryId, [...new Set(add.map(({ digest }) => digest))]);
  for (const { path, digest } of add) {
    const findings = [...(known.get(digest) ?? []), ...findingsInPath(path)];
    if (findings.length === 0) continue;
    const remaining = allowances.refused({ path, digest }, findings);
    if (remaining.length === 0) allowed++;
    for (const { kind, place, masked } of remaining)
      refused.push({ path: maskedPath(path), digest, kind, place, masked });
  }
  return { refused, allowed };
}

function findingsInPath(path: string): SecretFinding[] {
  return scanText(path).map(({ kind, start, end }) => ({
    ...{ kind, place: 'the path itself', masked: masked(path.slice(start, end)) },
  }));
}

/** The path with secrets masked. */
function maskedPath(path: string): string {
  return scanText(path).reduceRight(
    (shown, { start, end }) => shown.slice(0, start) + masked(path.slice(start, end)) + shown.slice(end),
    path,
  );
}
