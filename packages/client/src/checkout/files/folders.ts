import { lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalError } from '../local-error.js';

/**
 * The folders of recordings. Each is looked up once, and checked again right before something is
 * written into it, so that no write goes through a symbolic link.
 */
export class Folders {
  readonly #directory: string;
  /** The device and inode of a folder; null if it does not exist. */
  readonly #seen = new Map<string, string | null>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Whether the folder of a path exists.
   * @throws LocalError if a component of the path is not a folder: through a symbolic link a write
   *   could end outside the directory
   */
  exists(path: string): boolean {
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

  /**
   * Creates the folder of a path and its parents, one by one: `mkdir -p` would follow a link that
   * appears meanwhile.
   * @throws LocalError as `exists`
   */
  create(path: string): void {
    if (this.exists(path)) return;
    const folder = dirname(path);
    this.create(folder);
    this.requireUnchanged(folder);
    try {
      mkdirSync(join(this.#directory, folder));
    } catch (error) {
      // Another process created it, or something else in its place, which `exists` reports below.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.#seen.delete(folder);
    this.exists(path);
  }

  /**
   * Checks that the folder of a path is still the one looked up before. Checking the last folder is
   * enough: through a link anywhere above it, another inode would be found.
   * @throws LocalError as `exists`, or if the folder was removed
   */
  requireUnchanged(path: string): void {
    const folder = dirname(path);
    if (folder === '.') return;
    const seen = this.#seen.get(folder);
    if (seen !== undefined && seen !== null && this.#identityOf(folder, path) === seen) return;
    // Some network file systems change inode numbers, so look up the whole path again before
    // failing.
    for (let at = folder; at !== '.'; at = dirname(at)) this.#seen.delete(at);
    if (!this.exists(path))
      throw new LocalError(`The folder of ${path} was removed during the pull. Pull again.`, path);
  }

  /**
   * Discards what is known of a folder and the folders in it, after something other than `create`
   * changed them.
   */
  forget(folder: string): void {
    for (const seen of this.#seen.keys()) {
      if (seen === folder || seen.startsWith(`${folder}/`)) this.#seen.delete(seen);
    }
  }

  /** Removes the folder of a removed file and its parents, as long as they are empty. */
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
