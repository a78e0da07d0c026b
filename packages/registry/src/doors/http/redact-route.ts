import {
  type ArchiveEntry,
  ArchiveError,
  LIMITS,
  pack,
  readArchive,
  writeArchive,
} from '@fixture-registry/protocol';
import type { Replacement } from '../../recordings/secrets/redact.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { readEntryName } from '../../store/contents/parse-entry-name.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { bounded, repositoryFor } from './content-routes.js';

/** Bytes, packed, and entries of one request: what comes back is held until all of it is known. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_ENTRIES = 2_000;

/** What became of one content: in the answer's last entry, `redactions.json`, a list of these. */
export type RedactionReport =
  | { digest: string; newDigest: string; replacements: Replacement[] }
  | { digest: string; refused: string };

/** Takes secrets out of recordings that whoever sends them will push then; nothing is stored. */
export function addRedactRoute(app: App, { connection: { db }, reader }: Services): void {
  app.post('/-/:owner/:name/redact', async (c) => {
    const repository = await repositoryFor(c, db, 'write');
    if (repository instanceof Response) return repository;
    const body = c.req.raw.body;
    if (!body) return httpError(c, 'INVALID', 'send a zip archive whose entries are named by their sha256');
    try {
      const answer = await redactAll(reader, repository.id, bounded(body, MOST_BYTES));
      await recordAudit(db, {
        repositoryId: repository.id,
        by: c.get('caller'),
        action: 'redact',
        target: null,
        outcome: 'DONE',
        detail: describe(answer.reports),
      });
      const report = { ...pack(Buffer.from(JSON.stringify(answer.reports))), name: 'redactions.json' };
      const parts: Uint8Array[] = [];
      for await (const part of writeArchive([...answer.entries, report])) parts.push(part);
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
  const bounds = { maximumEntryBytes: LIMITS.recordingBytes, maximumEntries: MOST_ENTRIES };
  const entries: ArchiveEntry[] = [];
  const reports: RedactionReport[] = [];
  for await (const { name, ...packed } of readArchive(archive, bounds)) {
    const named = readEntryName(name);
    const digest = name.slice(0, 64);
    const done = 'refused' in named ? named : await reader.redact({ packed, repositoryId });
    if ('refused' in done) reports.push({ digest, refused: done.refused });
    else if (done.digest !== digest)
      reports.push({ digest, refused: 'it is other bytes than its digest says' });
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
  return `${replaced} secrets replaced in ${done.length} contents, ${reports.length - done.length} contents refused`;
}
