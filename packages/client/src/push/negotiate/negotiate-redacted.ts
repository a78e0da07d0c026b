import type { Connection } from '../../connection/registry/connection.js';
import type { RedactedFile } from '../secrets/redact-files.js';
import { withRedaction } from '../secrets/with-redaction.js';
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
  const { result, redacted } = await withRedaction(connection, options, changes.add, (add) =>
    negotiate(connection, options, { ...changes, add }),
  );
  return { ...result, redacted };
}
