import type { Database } from '../../database/statements/database.js';
import { certaintyOf } from '../../recordings/secrets/found-secrets.js';
import { masked } from '../../recordings/secrets/mask.js';
import { scanText } from '../../recordings/secrets/scan-text.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import { isCertain, type SecretFinding } from '../../vocabulary/secret-finding.js';
import { findingsOf } from '../contents/reading-store.js';
import type { FileToAdd } from './check-push.js';

/** A finding in a file of a push. */
export interface FileFinding extends SecretFinding {
  path: string;
  digest: string;
}

/** What looks like a secret in the files of a push. */
export interface PushedSecrets {
  /** Certain findings that are not allowed: they refuse the push. */
  refused: FileFinding[];
  /** Possible findings that are not allowed: they are a warning. */
  possible: FileFinding[];
  /** The number of files with allowed findings only. */
  allowed: number;
}

/**
 * The secret findings in the files of a push. Stored contents are checked again: they may have been allowed for
 * another path or ref.
 */
export async function pushedSecrets(
  db: Database,
  repositoryId: number,
  add: readonly Pick<FileToAdd, 'path' | 'digest'>[],
  allowances: Allowances,
): Promise<PushedSecrets> {
  const secrets: PushedSecrets = { refused: [], possible: [], allowed: 0 };
  const known = await findingsOf(db, repositoryId, [...new Set(add.map(({ digest }) => digest))]);
  for (const { path, digest } of add) {
    const findings = [...(known.get(digest) ?? []), ...findingsInPath(path)];
    if (findings.length === 0) continue;
    const remaining = allowances.remaining({ path, digest }, findings);
    if (remaining.length === 0) secrets.allowed++;
    const shown = maskedPath(path);
    for (const finding of remaining)
      (isCertain(finding) ? secrets.refused : secrets.possible).push({ ...finding, path: shown, digest });
  }
  return secrets;
}

function findingsInPath(path: string): SecretFinding[] {
  return scanText(path).map((hit) => ({
    kind: hit.kind,
    certainty: certaintyOf(hit, 'OTHER'),
    place: 'the path itself',
    masked: masked(path.slice(hit.start, hit.end)),
  }));
}

/** The path with secrets masked. */
function maskedPath(path: string): string {
  return scanText(path).reduceRight(
    (shown, { start, end }) => shown.slice(0, start) + masked(path.slice(start, end)) + shown.slice(end),
    path,
  );
}
