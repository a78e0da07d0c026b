import type { Connection } from '../../connection/registry/connection.js';
import { type RedactedFile, redactFiles } from '../secrets/redact-files.js';
import { SecretsError } from '../secrets/secrets-error.js';
import { negotiate, type PushChanges, type PushContext } from './negotiate.js';
import type { PushResult } from './push-mutation.js';

/**
 * Negotiates a push. If the registry finds secrets and `redact` is set, replaces them and
 * negotiates again.
 * @throws SecretsError if `redact` is not set, or if a file cannot be redacted; otherwise as
 *   `negotiate`
 */
export async function negotiateRedacted(
  connection: Connection,
  options: PushContext,
  changes: PushChanges,
): Promise<{ result: PushResult; uploaded: number; redacted: RedactedFile[] }> {
  try {
    return { ...(await negotiate(connection, options, changes)), redacted: [] };
  } catch (error) {
    if (options.redact !== true || !(error instanceof SecretsError)) throw error;
    const digests = new Set(error.secrets.map(({ digest }) => digest));
    const files = changes.add.filter(({ digest }) => digests.has(digest));
    const { redacted, refused } = await redactFiles(connection, options.directory, files);
    if (refused.length > 0) throw new SecretsError(error.secrets, refused);
    const byPath = new Map(redacted.map((file) => [file.path, file]));
    const add = changes.add.map((file) => {
      const { digest, size } = byPath.get(file.path) ?? file;
      return { path: file.path, digest, size };
    });
    return { ...(await negotiate(connection, options, { ...changes, add })), redacted };
  }
}
