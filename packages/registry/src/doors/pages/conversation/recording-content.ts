import { isGzip } from '../../../recordings/documents/gunzip.js';
import { exactCopy } from '../../../store/contents/copy-received.js';
import { contentsByDigest } from '../../../store/contents/load-contents.js';
import { describePurge, type Purge } from '../../../store/purged/purge.js';
import { purgesAmong } from '../../../store/purged/purge-store.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import type { Services } from '../../request/services.js';
import { contentOf, type RecordingContent, TOO_LARGE, unread } from './content-of.js';
import type { ContentTask } from './content-worker.js';

/** Largest file that a page shows, in bytes, before and after decompression. It bounds memory. */
const MAXIMUM_FILE = 16 * 1024 * 1024;

/** Files of more bytes, and compressed ones, are parsed in a worker thread: YAML takes 50 ms per MiB. */
const LARGE = 512 * 1024;

const WORKER = new URL('./content-worker.js', import.meta.url);

/**
 * Reads the contents of recordings, in their order. All contents are loaded with one query.
 * @param maximumFile the largest file that is read, in bytes, before and after decompression
 */
export async function readContents(
  { connection, reader }: Pick<Services, 'connection' | 'reader'>,
  rows: RecordingRow[],
  maximumFile = MAXIMUM_FILE,
): Promise<RecordingContent[]> {
  const readable = rows.filter(({ size }) => size <= maximumFile);
  const [first] = readable;
  const digests = readable.map(({ digest }) => digest);
  const contents = first
    ? await contentsByDigest(connection, first.repositoryId, digests)
    : new Map<string, Uint8Array>();
  const absent = rows.filter(({ digest }) => !contents.has(digest));
  // A content can be purged after its row was read.
  const purges =
    first && absent.length > 0
      ? await purgesAmong(
          connection.db,
          first.repositoryId,
          absent.map(({ digest }) => digest),
        )
      : new Map<string, Purge>();
  const read: RecordingContent[] = [];
  for (const { digest, purged } of rows) {
    const purge = purged ?? purges.get(digest) ?? null;
    const bytes = contents.get(digest);
    if (purge !== null)
      read.push({ ...unread(`The content was ${describePurge(purge)}.`, null), isPurged: true });
    else if (bytes === undefined) read.push(unread(TOO_LARGE, null));
    else read.push(await parse(reader, bytes, maximumFile));
  }
  return read;
}

function parse(
  reader: Services['reader'],
  bytes: Uint8Array,
  maximumFile: number,
): RecordingContent | Promise<RecordingContent> {
  if (bytes.length <= LARGE && !isGzip(bytes)) return contentOf(bytes, maximumFile);
  return reader.run<ContentTask, RecordingContent>(WORKER, 'readContent', {
    bytes: exactCopy([bytes]),
    maximumFile,
  });
}
