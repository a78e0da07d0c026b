import { lstatSync, lutimesSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRead } from '../files/read-unnoticed.js';
import { ensureStateFolder, STATE_FOLDER } from '../state/state-folder.js';
import { SET_BACK_MS } from './mark-unread.js';

/**
 * Which reads the file system of a directory notes in access times:
 * - `written`: those of files as they are after they were written
 * - `marked`: only those of files whose access time was set back, because its access times are coarse
 * - `none`: no reads, e.g. because it is mounted with `noatime`
 */
export type NotedReads = 'written' | 'marked' | 'none';

/**
 * A file in the client's folder that shows which reads its file system notes. Some milliseconds
 * must pass between its creation and `notedReads`, as between a pull and the tests: clocks of file
 * systems tick every few milliseconds. Never throws: where the folder cannot be written, no reads
 * are noted.
 */
export class ReadsProbe {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, STATE_FOLDER, `probe.${process.pid}.tmp`);
    attempt(() => {
      ensureStateFolder(directory);
      // Removes what a killed process left, or a symbolic link that must not be written through.
      rmSync(this.#file, { force: true });
      writeFileSync(this.#file, 'probe', { flag: 'wx' });
    });
  }

  /** Reads the probe, and says which reads the file system notes. */
  notedReads(): NotedReads {
    const noted = attempt(() => {
      if (this.#notesRead()) return 'written';
      const { mtimeMs } = lstatSync(this.#file);
      lutimesSync(this.#file, (mtimeMs - SET_BACK_MS) / 1000, mtimeMs / 1000);
      return this.#notesRead() ? 'marked' : 'none';
    });
    return noted ?? 'none';
  }

  remove(): void {
    attempt(() => rmSync(this.#file, { force: true }));
  }

  #notesRead(): boolean {
    readFileSync(this.#file);
    return isRead(lstatSync(this.#file));
  }
}

function attempt<T>(step: () => T): T | null {
  try {
    return step();
  } catch {
    return null;
  }
}
