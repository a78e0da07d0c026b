import { lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalError } from '../local-error.js';

/** The folders on the way to recordings, each looked at once, and again right before something is written into it. */
export class Folders {
  readonly #directory: string;
  /** Which folder it is on the disk; null where none is. */
  readonly #seen = new Map<string, string | null>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Whether the folder of a path is there.
   * @throws LocalError when the way to it is not made of folders alone: through a symbolic link a write would end
   *   somewhere else, perhaps outside the directory
   */
  holds(path: string): boolean {
    const end = path.lastIndexOf('/');
    return end === -1 || this.#isPresent(path.slice(0, end), path);
  }

  #isPresent(folder: string, path: string): boolean {
    const known = this.#seen.get(folder);
    if (known !== undefined) return known !== null;
    const end = folder.lastIndexOf('/');
    const reachable = end === -1 || this.#isPresent(folder.slice(0, end), path);
    const identity = reachable ? this.#identityOf(folder, path) : null;
    this.#seen.set(folder, identity);
    return identity !== null;
  }

  #identityOf(folder: string, path: string): string | null {
    const stats = lstatSync(join(this.#directory, folder), { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (!stats.isDirectory()) {
      const what = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
      throw new LocalError(
        `${path} would go through ${folder}, which is ${what}, not a folder. Remove it, then pull again.`,
        path,
      );
    }
    return `${stats.dev}:${stats.ino}`;
  }

  /** Makes the folder of a path, and those above it, one by one: a link that comes in between is not gone through. */
  make(path: string): void {
    if (this.holds(path)) return;
    const folder = dirname(path);
    this.make(folder);
    this.requireSame(folder);
    try {
      mkdirSync(join(this.#directory, folder));
    } catch (error) {
      // Somebody else made it, or something in its place, which the next look tells.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.#seen.delete(folder);
    this.holds(path);
  }

  /**
   * Looks once more whether the folder of a path is the one that was looked at, where others may have put a link into the way since:
   * one look at its end tells, because through a link another folder would stand there.
   * @throws LocalError as `holds` does
   */
  requireSame(path: string): void {
    const folder = dirname(path);
    if (folder === '.') return;
    const seen = this.#seen.get(folder);
    if (seen !== undefined && seen !== null && this.#identityOf(folder, path) === seen) return;
    // Some network file systems number their folders anew, so that the whole way is looked at before it is refused.
    for (let at = folder; at !== '.'; at = dirname(at)) this.#seen.delete(at);
    if (!this.holds(path))
      throw new LocalError(`The folder of ${path} was removed during the pull. Pull again.`, path);
  }

  /** Looks again at a folder that has come into being by other means than `make`, and at what is below it. */
  forget(folder: string): void {
    for (const seen of this.#seen.keys()) {
      if (seen === folder || seen.startsWith(`${folder}/`)) this.#seen.delete(seen);
    }
  }

  /** Removes the folder of a removed file, and those above it, as far as nothing is left in them. */
  removeEmpty(path: string): void {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#directory, folder));
      } catch {
        return;
      }
      this.#seen.set(folder, null);
    }
  }
}
