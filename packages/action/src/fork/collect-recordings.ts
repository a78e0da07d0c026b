import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { BOUNDS } from './bounds.js';
import { chooseRecordings } from './choose-recordings.js';
import { MANIFEST_NAME, type Recording, readManifest } from './manifest.js';
import { InvalidArtifact, type OpenZip, openZip } from './open-zip.js';

/** What the artifacts of one run amount to, filled artifact by artifact. Where two name the same path the later one counts. */
export class CollectedRecordings {
  readonly recordings = new Map<string, Recording>();
  readonly removed = new Set<string>();
  readonly leftOut = new Set<string>();
  /** Holds the contents at the recordings' paths. */
  readonly folder: string;
  readonly #patterns: string[];
  #bytes = 0;

  /** @param folder an empty one, which nobody else writes to */
  constructor(folder: string, patterns: string[]) {
    this.folder = folder;
    this.#patterns = patterns;
  }

  /**
   * Takes what one zip holds. Every content must be named by the manifest and be what its digest says.
   * @throws InvalidArtifact; then the whole run is worth nothing, for all its artifacts have one author
   */
  async take(file: string): Promise<void> {
    const zip = await openZip(file);
    try {
      await this.#takeOpen(zip);
    } finally {
      zip.close();
    }
  }

  async #takeOpen(zip: OpenZip): Promise<void> {
    const read = readManifest(await zip.read(zip.manifest));
    if ('problem' in read) throw new InvalidArtifact(`has a ${MANIFEST_NAME} that ${read.problem}`);
    const { recordings } = read.manifest;
    const named = new Set(recordings.map(({ digest }) => digest));
    const stray = [...zip.contents.keys()].find((digest) => !named.has(digest));
    if (stray !== undefined)
      throw new InvalidArtifact(`holds the content ${stray}, which its manifest does not name`);

    const chosen = chooseRecordings(read.manifest, this.#patterns, this.recordings.keys());
    if ('problem' in chosen) throw new InvalidArtifact(`has a ${MANIFEST_NAME} that ${chosen.problem}`);
    for (const recording of chosen.recordings) await this.#keep(zip, recording);
    for (const gone of chosen.removed) {
      if (!this.recordings.has(gone)) this.removed.add(gone);
    }
    for (const other of chosen.leftOut) this.leftOut.add(other);
  }

  async #keep(zip: OpenZip, recording: Recording): Promise<void> {
    const entry = zip.contents.get(recording.digest);
    if (entry === undefined)
      throw new InvalidArtifact(`lacks the content of ${JSON.stringify(recording.path)}`);
    const bytes = await zip.read(entry);
    if (bytes.length !== recording.size || digestOf(bytes) !== recording.digest) {
      throw new InvalidArtifact(
        `holds other bytes for ${JSON.stringify(recording.path)} than its manifest says`,
      );
    }
    this.#bytes += bytes.length;
    if (this.#bytes > BOUNDS.bytes || this.recordings.size >= BOUNDS.recordings) {
      throw new InvalidArtifact(
        `brings the run beyond ${BOUNDS.recordings} recordings or ${BOUNDS.bytes} bytes, the most that are taken`,
      );
    }
    const place = path.join(this.folder, recording.path);
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
    // Never through something that is there: what an earlier artifact of the run brought is taken away first.
    rmSync(place, { force: true });
    writeFileSync(place, bytes, { flag: 'wx', mode: 0o600 });
    this.recordings.set(recording.path, recording);
    this.removed.delete(recording.path);
  }
}
