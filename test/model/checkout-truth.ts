import type { Files } from './registry-truth.js';

interface Known {
  digest: string;
  /** Whether a pull wrote the file: only such files are removed. */
  written: boolean;
}

/** The response to a pull or a push, as far as a client remembers it. */
export interface Answered {
  snapshot: string;
  /** The version of the target's own ref; null when the snapshot belongs to another ref. */
  version: number | null;
  baseline: string | null;
}

interface Remembered extends Omit<Answered, 'snapshot'> {
  target: string;
  /** Null when other clients may have pushed what is not on disk. */
  snapshot: string | null;
  files: Map<string, Known>;
  /** Files of earlier pulls and pushes. */
  others: Map<string, Known>;
  /** Whether a pull wrote the files; false if only pushes know them. */
  pulled: boolean;
}

/** The files in one client's folder and its memory of them, by the rules of pull and push. */
export class CheckoutTruth {
  /** Path → digest. */
  readonly disk = new Map<string, string>();
  #state: Remembered | null = null;

  /**
   * The changes that a push of everything on disk names.
   * @param held the files of the ref, and which of them were purged; required to prune
   */
  changes(
    target: string,
    held: { files: Files; purged: string[] } | null,
  ): { add: Map<string, string>; remove: string[] } {
    const pulled = this.#state?.target === target ? this.#state : null;
    const add = new Map(
      [...this.disk].filter(([path, digest]) => pulled?.files.get(path)?.digest !== digest),
    );
    if (held === null) return { add, remove: [] };
    const remove = [...new Set([...this.#mayGo(target, held.files), ...held.purged])];
    return { add, remove: remove.filter((path) => !this.disk.has(path)) };
  }

  /**
   * The last pull limits what is removed, so that pushes of other clients stay. For another ref,
   * only the paths that this ref has too are removed.
   */
  #mayGo(target: string, held: Files): string[] {
    const state = this.#state;
    if (state?.pulled !== true) return [...held.keys()];
    if (state.target === target) return [...state.files.keys()];
    return [...held.keys()].filter((path) => state.files.has(path));
  }

  pushed(target: string, remove: string[], answered: Answered, created: boolean): void {
    const before = this.#state;
    const onDisk = new Map([...this.disk].map(([path, digest]) => [path, this.#known(path, digest)]));
    if (before === null || before.target !== target) {
      const others = new Map([...(before?.others ?? []), ...(before?.files ?? [])]);
      for (const path of onDisk.keys()) others.delete(path);
      const kept = { files: onDisk, others, pulled: before?.pulled === true };
      this.#state = { ...answered, target, snapshot: null, version: null, ...kept };
      return;
    }
    const files = new Map([...before.files, ...onDisk]);
    const others = new Map(before.others);
    for (const path of remove) files.delete(path);
    for (const path of onDisk.keys()) others.delete(path);
    const follows = created
      ? before.version !== null && answered.version === before.version + 1
      : before.snapshot === answered.snapshot;
    const isWhole = before.snapshot !== null && before.baseline === answered.baseline && follows;
    this.#state = {
      ...answered,
      target,
      snapshot: isWhole ? answered.snapshot : null,
      files,
      others,
      pulled: before.pulled,
    };
  }

  pulled(target: string, planned: Files, answered: Answered): void {
    const before = new Map([...(this.#state?.files ?? []), ...(this.#state?.others ?? [])]);
    const files = new Map<string, Known>();
    const others = new Map<string, Known>();
    for (const [path, digest] of planned) {
      const isThere = this.disk.get(path) === digest;
      files.set(path, isThere ? this.#known(path, digest) : { digest, written: true });
      this.disk.set(path, digest);
    }
    for (const [path, known] of before) {
      if (planned.has(path) || this.disk.get(path) !== known.digest) continue;
      if (known.written) this.disk.delete(path);
      else others.set(path, known);
    }
    this.#state = { ...answered, target, files, others, pulled: true };
  }

  #known(path: string, digest: string): Known {
    const known = this.#state?.files.get(path) ?? this.#state?.others.get(path);
    return { digest, written: known?.written === true && known.digest === digest };
  }
}
