import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ARTIFACT_LIMITS } from './artifact-limits.js';
import { MANIFEST_NAME } from './manifest.js';

/**
 * The name of a content. The only other accepted name is the manifest's, so no name in the zip becomes
 * a path on disk.
 */
const NAME = /^contents\/([0-9a-f]{64})$/;
const FILE_TYPES = 0o170000;
const REGULAR_FILE = 0o100000;
const DOS_FOLDER = 0x10;

/**
 * An artifact that this action did not create; the message is the end of a sentence that begins with
 * its name.
 */
export class InvalidArtifact extends Error {}

/** A zip file whose list of entries is validated; none is unpacked yet. */
export interface OpenZip {
  manifest: Entry;
  /** By digest */
  contents: Map<string, Entry>;
  /** Unpacks one entry. @throws InvalidArtifact when it does not match the list of entries */
  read(entry: Entry): Promise<Buffer>;
  close(): void;
}

/**
 * Opens an untrusted zip file. The sizes in its list of entries are checked against the limits before
 * anything is unpacked, and each unpacked entry is checked against the list.
 * @throws InvalidArtifact
 */
export async function openZip(file: string): Promise<OpenZip> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
  } catch (error) {
    throw new InvalidArtifact(`is not a zip file: ${(error as Error).message}`);
  }
  try {
    return {
      ...(await readEntryList(zip)),
      read: (entry) => unpackEntry(zip, entry),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof InvalidArtifact
      ? error
      : new InvalidArtifact(`is a damaged zip file: ${(error as Error).message}`);
  }
}

async function readEntryList(zip: ZipFile): Promise<Pick<OpenZip, 'manifest' | 'contents'>> {
  if (zip.entryCount > ARTIFACT_LIMITS.recordings + 1) {
    throw new InvalidArtifact(`has ${zip.entryCount} entries, more than ${ARTIFACT_LIMITS.recordings}`);
  }
  let manifest: Entry | null = null;
  const contents = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const reason = refusedEntry(entry);
    if (reason !== null)
      throw new InvalidArtifact(`contains ${JSON.stringify(entry.fileName)}, which ${reason}`);
    const digest = NAME.exec(entry.fileName)?.[1];
    if (digest === undefined ? manifest !== null : contents.has(digest)) {
      throw new InvalidArtifact(`contains ${entry.fileName} twice`);
    }
    if (digest === undefined) manifest = entry;
    else contents.set(digest, entry);
    bytes += entry.uncompressedSize;
    if (bytes > ARTIFACT_LIMITS.bytes + ARTIFACT_LIMITS.manifestBytes) {
      throw new InvalidArtifact(`unpacks to more than ${ARTIFACT_LIMITS.bytes} bytes`);
    }
  }
  if (manifest === null) throw new InvalidArtifact(`has no ${MANIFEST_NAME}`);
  return { manifest, contents };
}

/** Why an entry is refused, from its record in the list. */
function refusedEntry(entry: Entry): string | null {
  const { fileName, externalFileAttributes, compressionMethod, uncompressedSize } = entry;
  const isManifest = fileName === MANIFEST_NAME;
  // The upper half holds the Unix file type. Symbolic links are refused.
  const type = (externalFileAttributes >>> 16) & FILE_TYPES;
  if (type !== 0 && type !== REGULAR_FILE) return 'is not a regular file';
  if ((externalFileAttributes & DOS_FOLDER) !== 0 || fileName.endsWith('/')) return 'is a folder';
  if (!isManifest && !NAME.test(fileName)) return 'is neither the manifest nor a content';
  if (entry.isEncrypted()) return 'is encrypted';
  if (compressionMethod !== 0 && compressionMethod !== 8) return 'uses an unsupported compression method';
  const bound = isManifest ? ARTIFACT_LIMITS.manifestBytes : ARTIFACT_LIMITS.recordingBytes;
  return uncompressedSize > bound ? `unpacks to more than ${bound} bytes` : null;
}

async function unpackEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Stops a zip bomb: leaving the loop destroys the stream.
      if (bytes > entry.uncompressedSize) throw new Error('it is larger than its declared size');
      chunks.push(chunk);
    }
  } catch (error) {
    throw new InvalidArtifact(
      `contains ${entry.fileName}, which cannot be unpacked: ${(error as Error).message}`,
    );
  }
  return Buffer.concat(chunks);
}
