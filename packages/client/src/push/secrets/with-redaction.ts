import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { Connection } from '../../connection/registry/connection.js';
import { type RedactedFile, redactFiles } from './redact-files.js';
import { SecretsError } from './secrets-error.js';

/**
 * Sends files. If the registry finds secrets and `redact` is set, replaces them, also on disk, and sends
 * the files again.
 * @param send sends the files that a push adds
 * @throws SecretsError if `redact` is not set, or if a file cannot be redacted; otherwise as `send`
 */
export async function withRedaction<Result>(
  connection: Connection,
  { directory, redact }: { directory: string; redact?: boolean },
  add: PlannedFile[],
  send: (add: PlannedFile[]) => Promise<Result>,
): Promise<{ result: Result; redacted: RedactedFile[] }> {
  try {
    return { result: await send(add), redacted: [] };
  } catch (error) {
    if (redact !== true || !(error instanceof SecretsError)) throw error;
    const digests = new Set(error.secrets.map(({ digest }) => digest));
    const files = add.filter(({ digest }) => digests.has(digest));
    const { redacted, refused } = await redactFiles(connection, directory, files);
    if (refused.length > 0) throw new SecretsError(error.secrets, refused);
    const byPath = new Map(redacted.map((file) => [file.path, file]));
    const replaced = add.map((file) => {
      const { digest, size } = byPath.get(file.path) ?? file;
      return { path: file.path, digest, size };
    });
    return { result: await send(replaced), redacted };
  }
}
