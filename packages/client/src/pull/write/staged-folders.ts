import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Folders } from '../../checkout/files/folders.js';
import { temporaryName } from '../../checkout/files/unfinished-writes.js';

/**
 * New folders of recordings, each filled under a name that only this pull knows and then renamed as a whole. Nobody sees half of it, as
 * with a file that is written beside its place; and of thousands of files none has to be renamed, nor its folder looked at for
 * links: nobody else can have put one into a folder that is known to nobody.
 */
export class StagedFolders {
  readonly #directory: string;
  readonly #folders: Folders;
  /** By the topmost folder that was missing, where its files are meanwhile. */
  readonly #staged = new Map<string, string>();
  readonly #made = new Set<string>();

  constructor(directory: string, folders: Folders) {
    this.#directory = directory;
    this.#folders = folders;
  }

  /**
   * Where to write a file whose folder is not there yet; that place's folder is there then. Null where its folder is there already.
   * @throws LocalError as `Folders.holds`
   */
  placeOf(path: string): string | null {
    if (this.#folders.holds(path)) return null;
    let top = dirname(path);
    while (!this.#folders.holds(top)) top = dirname(top);
    const staged = this.#staged.get(top) ?? this.#stage(top);
    const place = staged + path.slice(top.length);
    const folder = dirname(place);
    if (!this.#made.has(folder)) {
      mkdirSync(join(this.#directory, folder), { recursive: true });
      this.#made.add(folder);
    }
    return place;
  }

  #stage(top: string): string {
    this.#folders.requireSame(top);
    const staged = join(dirname(top), temporaryName()).replaceAll('\\', '/');
    mkdirSync(join(this.#directory, staged));
    this.#staged.set(top, staged);
    this.#made.add(staged);
    return staged;
  }

  /**
   * Puts the folders where they belong, with what is in them by now.
   * @throws LocalError where a link or a file has taken such a place: what was written for it is gone then, and all else is there
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
    this.#made.clear();
    if (failures.length > 0) throw failures[0];
  }

  #move(staged: string, place: string): void {
    this.#folders.requireSame(place);
    try {
      renameSync(join(this.#directory, staged), join(this.#directory, place));
      this.#folders.forget(place);
      return;
    } catch {
      // Something is there meanwhile. A folder that another pull made, say, takes the files one by one, as any folder.
      this.#folders.forget(place);
    }
    for (const entry of readdirSync(join(this.#directory, staged), { withFileTypes: true })) {
      const [from, to] = [`${staged}/${entry.name}`, `${place}/${entry.name}`];
      this.#folders.make(to);
      if (entry.isDirectory()) this.#move(from, to);
      else {
        this.#folders.requireSame(to);
        renameSync(join(this.#directory, from), join(this.#directory, to));
      }
    }
  }
}
