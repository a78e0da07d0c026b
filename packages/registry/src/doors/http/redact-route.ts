import {
  type ArchiveEntry,
  ArchiveError,
  LIMITS,
  pack,
  readArchive,
  writeArchive,
} from '@fixture-registry/protocol';
import type { Replacement } from '../../recordings/secrets/redaction/replaced.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { readEntryName } from '../../store/contents/parse-entry-name.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { boundedBody } from '../limits/bounded-body.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { accessibleRepository } from './repository-access.js';

// Maximum compressed bytes and entries of a request. The whole response is in memory before it is sent.
const MAXIMUM_BYTES = 32 * 1024 * 1024;
const MAXIMUM_ENTRIES = 2_000;

/** The result for one content. `redactions.json`, the last entry of the response, is a list of these. */
export type RedactionReport =
  | { digest: string; newDigest: string; replacements: Replacement[] }
  | { digest: string; refused: string };

/** Adds the route that redacts secrets in recordings before a push. It stores nothing. */
export function addRedactRoute(app: App, { connection: { db }, reader }: Services): void {
  app.post('/-/:owner/:name/redact', async (c) => {
    const repository = await accessibleRepository(c, db, 'write');
    if (repository instanceof Response) return repository;
    const body = c.req.raw.body;
    if (!body) return httpError(c, 'INVALID', 'send a zip archive whose entries are named by their sha256');
    try {
      const redacted = await redactAll(reader, repository.id, boundedBody(body, MAXIMUM_BYTES));
      await recordAudit(db, {
        repositoryId: repository.id,
        by: c.get('caller'),
        action: 'redact',
        target: null,
        outcome: 'DONE',
        detail: describe(redacted.reports),
      });
      const report = { ...pack(Buffer.from(JSON.stringify(redacted.reports))), name: 'redactions.json' };
      const parts: Uint8Array[] = [];
      for await (const part of writeArchive([...redacted.entries, report])) parts.push(part);
      c.header('content-type', 'application/zip');
      c.header('cache-control', 'no-store');
      return c.body(new Uint8Array(Buffer.concat(parts)));
    } catch (error) {
      if (error instanceof ArchiveError) return httpError(c, 'INVALID', error.message);
      throw error;
    }
  });
}

async function redactAll(reader: ContentReader, repositoryId: number, archive: AsyncIterable<Uint8Array>) {
  const bounds = { maximumEntryBytes: LIMITS.recordingBytes, maximumEntries: MAXIMUM_ENTRIES };
  const entries: ArchiveEntry[] = [];
  const reports: RedactionReport[] = [];
  for await (const { name, ...packed } of readArchive(archive, bounds)) {
    const named = readEntryName(name);
    const digest = name.slice(0, 64);
    const done = 'refused' in named ? named : await reader.redact({ packed, repositoryId });
    if ('refused' in done) reports.push({ digest, refused: done.refused });
    else if (done.digest !== digest) reports.push({ digest, refused: 'its bytes do not match its digest' });
    else {
      entries.push({ ...pack(done.bytes), name: digest });
      reports.push({ digest, newDigest: done.newDigest, replacements: done.replacements });
    }
  }
  return { entries, reports };
}

function describe(reports: RedactionReport[]): string {
  const done = reports.filter((report) => 'newDigest' in report);
  const replaced = done.reduce((sum, { replacements }) => sum + replacements.length, 0);
  const refused = reports.length - done.length;
  return `${replaced} secrets replaced in ${done.length} contents, ${refused} contents refused`;
}
