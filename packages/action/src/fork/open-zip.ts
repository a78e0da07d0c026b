import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { BOUNDS } from './bounds.js';
import { MANIFEST_NAME } from './manifest.js';

/** What an entry may be called: the manifest, or a content by its digest. No other name ever reaches a disk. */
const NAME = /^contents\/([0-9a-f]{64})$/;
const FILE_TYPES = 0o170000;
const REGULAR_FILE = 0o100000;
const DOS_FOLDER = 0x10;

/** The content of an artifact is not what this action makes; the message is the end of a sentence that begins with its name. */
export class InvalidArtifact extends Error {}

/** A zip whose list of entries was looked through; nothing of it is unpacked yet. */
export interface OpenZip {
  manifest: Entry;
  /** By digest */
  contents: Map<string, Entry>;
  /** Unpacks one entry. @throws InvalidArtifact when it is not what the list announced */
  read(entry: Entry): Promise<Buffer>;
  close(): void;
}

/**
 * Opens a zip that anybody may have made. What its list announces is held against the bounds before a byte is unpacked, and what is
 * unpacked is held against what was announced.
 * @throws InvalidArtifact
 */
export async function openZip(file: string): Promise<OpenZip> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
  } catch (error) {
    throw new InvalidArtifact(`is no zip file: ${(error as Error).message}`);
  }
  try {
    return { ...(await listed(zip)), read: (entry) => unpacked(zip, entry), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error instanceof InvalidArtifact
      ? error
      : new InvalidArtifact(`is no sound zip file: ${(error as Error).message}`);
  }
}

async function listed(zip: ZipFile): Promise<Pick<OpenZip, 'manifest' | 'contents'>> {
  if (zip.entryCount > BOUNDS.recordings + 1) {
    throw new InvalidArtifact(`has ${zip.entryCount} entries, more than ${BOUNDS.recordings}`);
  }
  let manifest: Entry | null = null;
  const contents = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const reason = refusedEntry(entry);
    if (reason !== null)
      throw new InvalidArtifact(`holds ${JSON.stringify(entry.fileName)}, which ${reason}`);
    const digest = NAME.exec(entry.fileName)?.[1];
    if (digest === undefined ? manifest !== null : contents.has(digest)) {
      throw new InvalidArtifact(`holds ${entry.fileName} twice`);
    }
    if (digest === undefined) manifest = entry;
    else contents.set(digest, entry);
    bytes += entry.uncompressedSize;
    if (bytes > BOUNDS.bytes + BOUNDS.manifestBytes) {
      throw new InvalidArtifact(`unpacks to more than ${BOUNDS.bytes} bytes`);
    }
  }
  if (manifest === null) throw new InvalidArtifact(`has no ${MANIFEST_NAME}`);
  return { manifest, contents };
}

/** Why an entry is none of ours, by what the list says of it. */
function refusedEntry(entry: Entry): string | null {
  const { fileName, externalFileAttributes, compressionMethod, uncompressedSize } = entry;
  const isManifest = fileName === MANIFEST_NAME;
  // What Unix makes keeps the file's type in the upper half. A link's content is where it leads.
  const type = (externalFileAttributes >>> 16) & FILE_TYPES;
  if (type !== 0 && type !== REGULAR_FILE) return 'is not a plain file';
  if ((externalFileAttributes & DOS_FOLDER) !== 0 || fileName.endsWith('/')) return 'is a folder';
  if (!isManifest && !NAME.test(fileName)) return 'is neither the manifest nor a content';
  if (entry.isEncrypted()) return 'is encrypted';
  if (compressionMethod !== 0 && compressionMethod !== 8) return 'is packed in a way that is not read';
  const bound = isManifest ? BOUNDS.manifestBytes : BOUNDS.recordingBytes;
  return uncompressedSize > bound ? `unpacks to more than ${bound} bytes` : null;
}

async function unpacked(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop ends the stream: a bomb does not go off beyond what it announced.
      if (bytes > entry.uncompressedSize) throw new Error('it is larger than announced');
      chunks.push(chunk);
    }
  } catch (error) {
    throw new InvalidArtifact(
      `holds ${entry.fileName}, which cannot be unpacked: ${(error as Error).message}`,
    );
  }
  return Buffer.concat(chunks);
}
