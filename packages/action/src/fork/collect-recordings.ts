import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { ARTIFACT_LIMITS } from './artifact-limits.js';
import { chooseRecordings } from './choose-recordings.js';
import { MANIFEST_NAME, type Recording, readManifest } from './manifest.js';
import { InvalidArtifact, type OpenZip, openZip } from './open-zip.js';

/** The recordings of all artifacts of one run. If two artifacts contain the same path, the later one wins. */
export class CollectedRecordings {
  readonly recordings = new Map<string, Recording>();
  readonly removed = new Set<string>();
  readonly unmatched = new Set<string>();
  /** Absolute path of the folder with the contents, at the recordings' paths. */
  readonly folder: string;
  readonly #patterns: string[];
  #bytes = 0;

  /** @param folder an empty folder that no other process writes to */
  constructor(folder: string, patterns: string[]) {
    this.folder = folder;
    this.#patterns = patterns;
  }

  /**
   * Adds the recordings of one zip file. The manifest must list every content, and every content must
   * match its digest.
   * @throws InvalidArtifact; then no artifact of the run can be trusted, because all have the same author
   */
  async addZip(file: string): Promise<void> {
    const zip = await openZip(file);
    try {
      await this.#addEntries(zip);
    } finally {
      zip.close();
    }
  }

  async #addEntries(zip: OpenZip): Promise<void> {
    const read = readManifest(await zip.read(zip.manifest));
    if ('problem' in read) throw new InvalidArtifact(`has a ${MANIFEST_NAME} that ${read.problem}`);
    const { recordings } = read.manifest;
    const listed = new Set(recordings.map(({ digest }) => digest));
    const stray = [...zip.contents.keys()].find((digest) => !listed.has(digest));
    if (stray !== undefined) throw new InvalidArtifact(`contains ${stray}, which its manifest does not list`);

    const chosen = chooseRecordings(read.manifest, this.#patterns, this.recordings.keys());
    if ('problem' in chosen) throw new InvalidArtifact(`has a ${MANIFEST_NAME} that ${chosen.problem}`);
    for (const recording of chosen.recordings) await this.#keep(zip, recording);
    for (const gone of chosen.removed) {
      if (!this.recordings.has(gone)) this.removed.add(gone);
    }
    for (const path of chosen.unmatched) this.unmatched.add(path);
  }

  async #keep(zip: OpenZip, recording: Recording): Promise<void> {
    const entry = zip.contents.get(recording.digest);
    if (entry === undefined)
      throw new InvalidArtifact(`lacks the content of ${JSON.stringify(recording.path)}`);
    const bytes = await zip.read(entry);
    if (bytes.length !== recording.size || digestOf(bytes) !== recording.digest) {
      throw new InvalidArtifact(
        `contains other bytes for ${JSON.stringify(recording.path)} than its manifest lists`,
      );
    }
    this.#bytes += bytes.length;
    if (this.#bytes > ARTIFACT_LIMITS.bytes || this.recordings.size >= ARTIFACT_LIMITS.recordings) {
      throw new InvalidArtifact(
        `brings the run above the limit of ${ARTIFACT_LIMITS.recordings} recordings or ` +
          `${ARTIFACT_LIMITS.bytes} bytes`,
      );
    }
    const file = path.join(this.folder, recording.path);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // Never write through an existing file: remove what an earlier artifact of the run wrote.
    rmSync(file, { force: true });
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
    this.recordings.set(recording.path, recording);
    this.removed.delete(recording.path);
  }
}
