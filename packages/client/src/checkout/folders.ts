import { lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalError } from '../local-error.js';

/** The folders on the way to recordings, each looked at once. */
export class Folders {
  readonly #directory: string;
  readonly #present = new Map<string, boolean>();

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
    const known = this.#present.get(folder);
    if (known !== undefined) return known;
    const end = folder.lastIndexOf('/');
    const reachable = end === -1 || this.#isPresent(folder.slice(0, end), path);
    const stats = reachable ? lstatSync(join(this.#directory, folder), { throwIfNoEntry: false }) : undefined;
    if (stats !== undefined && !stats.isDirectory()) {
      const what = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
      throw new LocalError(
        `${path} would go through ${folder}, which is ${what}, not a folder. Remove it, then pull again.`,
        path,
      );
    }
    this.#present.set(folder, stats !== undefined);
    return stats !== undefined;
  }

  /** Makes the folder of a path, and those above it. */
  make(path: string): void {
    if (this.holds(path)) return;
    const folder = dirname(path);
    mkdirSync(join(this.#directory, folder), { recursive: true });
    for (let at = folder; at !== '.'; at = dirname(at)) this.#present.set(at, true);
  }

  /** Removes the folder of a removed file, and those above it, as far as nothing is left in them. */
  removeEmpty(path: string): void {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#directory, folder));
      } catch {
        return;
      }
      this.#present.set(folder, false);
    }
  }
}
