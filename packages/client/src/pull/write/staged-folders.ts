import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Folders } from '../../checkout/files/folders.js';
import { temporaryName } from '../../checkout/files/unfinished-writes.js';

/**
 * New folders of recordings. Each is filled under a temporary name and then renamed as a whole, so
 * that it appears atomically. Its files need neither a rename each nor a check for symbolic links,
 * because no other process knows the temporary folder.
 */
export class StagedFolders {
  readonly #directory: string;
  readonly #folders: Folders;
  /** The temporary folder of each topmost missing folder. */
  readonly #staged = new Map<string, string>();
  readonly #created = new Set<string>();

  constructor(directory: string, folders: Folders) {
    this.#directory = directory;
    this.#folders = folders;
  }

  /**
   * The staged path of a file whose folder does not exist yet; the folder of the staged path is
   * created. Null if the folder exists.
   * @throws LocalError as `Folders.exists`
   */
  placeOf(path: string): string | null {
    if (this.#folders.exists(path)) return null;
    let top = dirname(path);
    while (!this.#folders.exists(top)) top = dirname(top);
    const staged = this.#staged.get(top) ?? this.#stage(top);
    const place = staged + path.slice(top.length);
    const folder = dirname(place);
    if (!this.#created.has(folder)) {
      mkdirSync(join(this.#directory, folder), { recursive: true });
      this.#created.add(folder);
    }
    return place;
  }

  #stage(top: string): string {
    this.#folders.requireUnchanged(top);
    const staged = join(dirname(top), temporaryName()).replaceAll('\\', '/');
    mkdirSync(join(this.#directory, staged));
    this.#staged.set(top, staged);
    this.#created.add(staged);
    return staged;
  }

  /**
   * Renames the staged folders to their final paths, with the files written so far.
   * @throws LocalError if a symbolic link or a file is in the way: that folder's files are
   *   discarded, all others kept
   */
  reveal(): void {
    const failures: unknown[] = [];
    for (const [top, staged] of this.#staged) {
      try {
        this.#move(staged, top);
      } catch (error) {
        failures.push(error);
      }
      rmSync(join(this.#directory, staged), { recursive: true, force: true });
    }
    this.#staged.clear();
    this.#created.clear();
    if (failures.length > 0) throw failures[0];
  }

  #move(staged: string, place: string): void {
    this.#folders.requireUnchanged(place);
    try {
      renameSync(join(this.#directory, staged), join(this.#directory, place));
      this.#folders.forget(place);
      return;
    } catch {
      // Something appeared at the path, e.g. a folder that another pull created: move the files one
      // by one.
      this.#folders.forget(place);
    }
    for (const entry of readdirSync(join(this.#directory, staged), { withFileTypes: true })) {
      const [from, to] = [`${staged}/${entry.name}`, `${place}/${entry.name}`];
      this.#folders.create(to);
      if (entry.isDirectory()) this.#move(from, to);
      else {
        this.#folders.requireUnchanged(to);
        renameSync(join(this.#directory, from), join(this.#directory, to));
      }
    }
  }
}
