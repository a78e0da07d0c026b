import { buffer } from 'node:stream/consumers';
import { digestOf, LIMITS, pack, readArchive, unpack, writeArchive } from '@fixture-registry/protocol';
import { Folders } from '../../checkout/files/folders.js';
import { readRecording } from '../../checkout/files/local-file.js';
import { writeRecording } from '../../checkout/files/write-recording.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import { contentPath } from '../../connection/http/content-route.js';
import { requestRegistry } from '../../connection/http/request.js';
import { withRetries } from '../../connection/http/retry.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';

/** What was replaced in a file on disk. */
export interface RedactedFile {
  path: string;
  /** The new content. */
  digest: string;
  size: number;
  mtimeMs: number;
  replacements: { kind: string; place: string; placeholder: string }[];
}

type Report =
  | { digest: string; newDigest: string; replacements: RedactedFile['replacements'] }
  | { digest: string; refused: string };

// Half of what the registry accepts in one request.
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const REPORT = 'redactions.json';

/**
 * Sends files to the registry, which replaces secrets by placeholders, and overwrites the files
 * with the result.
 * @returns the files redacted, and why others were not
 * @throws RegistryError if the response does not match its own report; LocalError if a file cannot
 *   be read or written
 */
export async function redactFiles(
  connection: Connection,
  directory: string,
  files: PlannedFile[],
): Promise<{ redacted: RedactedFile[]; refused: { path: string; reason: string }[] }> {
  const redacted: RedactedFile[] = [];
  const refused: { path: string; reason: string }[] = [];
  const folders = new Folders(directory);
  for (const part of partsOf(files)) {
    const { reports, contents } = await requestRedaction(connection, directory, part);
    for (const { path, digest } of part) {
      const report = reports.get(digest);
      const bytes = contents.get(digest);
      if (report === undefined || 'refused' in report || bytes === undefined) {
        const reason = report && 'refused' in report ? report.refused : 'the registry did not return it';
        refused.push({ path, reason });
        continue;
      }
      const { newDigest, replacements } = report;
      if (digestOf(bytes) !== newDigest)
        throw new RegistryError('SERVER', `The redacted content of ${path} does not match its digest.`);
      folders.exists(path);
      const mtimeMs = writeRecording(directory, path, bytes, folders);
      redacted.push({ path, digest: newDigest, size: bytes.byteLength, mtimeMs, replacements });
    }
  }
  return { redacted, refused };
}

async function requestRedaction(connection: Connection, directory: string, files: PlannedFile[]) {
  const digests = new Set<string>();
  const entries = files.flatMap(({ path, digest }) => {
    if (digests.has(digest)) return [];
    digests.add(digest);
    return [{ ...pack(readRecording(directory, path).bytes), name: digest }];
  });
  const body = (await buffer(writeArchive(entries))) as Buffer<ArrayBuffer>;
  return withRetries(connection, async () => {
    const path = contentPath(connection).replace(/content$/, 'redact');
    const response = await requestRegistry(connection, {
      method: 'POST',
      path,
      contentType: 'application/zip',
      body,
    });
    const contents = new Map<string, Buffer>();
    let reports = new Map<string, Report>();
    const bounds = { maximumEntryBytes: LIMITS.recordingBytes, maximumEntries: digests.size + 1 };
    for await (const entry of readArchive(response, bounds)) {
      const bytes = unpack(entry);
      if (digests.has(entry.name)) contents.set(entry.name, bytes);
      else if (entry.name === REPORT) {
        reports = new Map(
          (JSON.parse(bytes.toString('utf8')) as Report[]).map((report) => [report.digest, report]),
        );
      }
    }
    return { reports, contents };
  });
}

function* partsOf(files: PlannedFile[]): Generator<PlannedFile[]> {
  let part: PlannedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (part.length > 0 && bytes + file.size > MAX_REQUEST_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(file);
    bytes += file.size;
  }
  if (part.length > 0) yield part;
}
