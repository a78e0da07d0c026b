/** The digest of each path. */
export type Files = ReadonlyMap<string, string>;

export const DEFAULT_BRANCH = 'main';

/** A version of a ref; refs have names such as `main` and `pull/7`. */
export interface Layer {
  ref: string;
  version: number;
}

/** A state: the layer of a ref over a state of a branch. */
export interface State {
  own: Layer | null;
  below: Layer | null;
}

interface Version {
  /** Path → digest, or null where the ref removed a path of its base. */
  own: Map<string, string | null>;
  base: Layer | null;
}

interface Ref {
  versions: Version[];
  /** Branch → the version that was promoted to it. */
  promoted: Map<string, number>;
  /** For a pull request: the base of its last push. */
  baseName?: string;
}

/** The changes of one push. */
export interface PushedChanges {
  ref: string;
  add: Map<string, string>;
  remove: string[];
  /** For a pull request: the branch that it will merge into. */
  base?: string | undefined;
  candidates?: string[] | undefined;
  commit?: string | undefined;
}

export interface Counts {
  added: number;
  changed: number;
  removed: number;
}

export interface PushTruth extends Counts {
  state: State;
  version: number;
  created: boolean;
}

export const isPullRequest = (ref: string) => ref.startsWith('pull/');

/** The expected state of a registry, in memory, by the rules of the documentation only. */
export class RegistryTruth {
  readonly refs = new Map<string, Ref>();
  readonly purged = new Set<string>();
  /** Commit → ref → version. A commit belongs to one ref, and to the branches that it was merged into. */
  readonly commits = new Map<string, Map<string, number>>();

  head(ref: string): number {
    return this.refs.get(ref)?.versions.length ?? 0;
  }

  /** Every file of a layer and of the layers below it, including purged ones. */
  filesAt(layer: Layer | null): Map<string, string> {
    if (layer === null || layer.version === 0) return new Map();
    const { own, base } = this.#version(layer);
    return overlay(this.filesAt(base), own);
  }

  filesOf({ own, below }: State): Map<string, string> {
    const files = this.filesAt(below);
    return own === null ? files : overlay(files, this.#version(own).own);
  }

  /** Splits the files of a state into available and purged ones. */
  withoutPurged(files: Files): { held: Map<string, string>; purged: string[] } {
    const held = new Map([...files].filter(([, digest]) => !this.purged.has(digest)));
    return { held, purged: [...files.keys()].filter((path) => !held.has(path)).sort() };
  }

  /** The newest state of a ref. */
  newest(ref: string): State {
    const version = this.head(ref);
    return this.stateAt({ ref, version });
  }

  stateAt(layer: Layer): State {
    if (layer.version === 0) return { own: null, below: null };
    return { own: layer, below: this.#version(layer).base };
  }

  /**
   * The base of a checkout: the version of the nearest named commit that the base saw, else its
   * previous position, else the newest version.
   */
  baseline(ref: string, base: string | undefined, candidates: string[] = []): Layer | null {
    const standing = this.refs.get(ref)?.versions.at(-1)?.base ?? null;
    if (ref === DEFAULT_BRANCH) return null;
    if (!isPullRequest(ref) && this.head(ref) > 0 && standing === null) return null;
    const meant = base ?? standing?.ref ?? DEFAULT_BRANCH;
    const on = this.head(meant) > 0 ? meant : DEFAULT_BRANCH;
    if (this.head(on) === 0) return standing;
    const known = candidates.map((commit) => this.commits.get(commit)?.get(on));
    const version = known.find((each) => each !== undefined);
    if (version !== undefined) return { ref: on, version };
    return standing?.ref === on ? standing : { ref: on, version: this.head(on) };
  }

  /** The state that a pull for a ref returns. */
  planned(ref: string, base: string | undefined, candidates: string[] = []): State {
    if (!isPullRequest(ref) && this.head(ref) > 0) {
      const known = candidates.map((commit) => this.commits.get(commit)?.get(ref));
      return this.stateAt({ ref, version: known.find((each) => each !== undefined) ?? this.head(ref) });
    }
    const own = this.head(ref) > 0 ? { ref, version: this.head(ref) } : null;
    const below = this.baseline(ref, base, candidates);
    if (own !== null) return { own, below };
    return below === null ? { own: null, below: null } : this.stateAt(below);
  }

  /** The state of a commit: on the default branch, else on another branch, else in a pull request. */
  atCommit(commit: string): State | null {
    const seen = [...(this.commits.get(commit) ?? [])].map(([ref, version]) => ({ ref, version }));
    const rank = ({ ref }: Layer) => (ref === DEFAULT_BRANCH ? 0 : isPullRequest(ref) ? 2 : 1);
    const [first] = seen.sort((a, b) => rank(a) - rank(b));
    return first ? this.stateAt(first) : null;
  }

  /**
   * The reason for refusing a push: it adds a purged content at a path where the ref does not hold
   * it. Null if it is accepted.
   */
  refusesPush({ ref, add, base, candidates }: PushedChanges): boolean {
    const own = this.head(ref) > 0 ? { ref, version: this.head(ref) } : null;
    const now = this.filesOf({ own, below: this.baseline(ref, base, candidates) });
    return [...add].some(([path, digest]) => this.purged.has(digest) && now.get(path) !== digest);
  }

  push({ ref, add, remove, base, candidates, commit }: PushedChanges): PushTruth {
    const wanted = new Map<string, string | null>(add);
    for (const path of remove) wanted.set(path, null);
    const below = this.baseline(ref, base, candidates);
    const written = this.#write(ref, wanted, below, commit);
    const found = this.refs.get(ref);
    if (found && base !== undefined) found.baseName = base;
    return written;
  }

  /** The branch that a pull request will merge into. */
  baseNameOf(pullRequest: string): string {
    const found = this.refs.get(pullRequest);
    return found?.baseName ?? found?.versions.at(-1)?.base?.ref ?? DEFAULT_BRANCH;
  }

  /** @returns null when there is nothing (more) to promote */
  promote(pullRequest: string, target: string, commit?: string): PushTruth | null {
    const found = this.refs.get(pullRequest);
    const version = this.head(pullRequest);
    const done = found?.promoted.get(target) ?? null;
    if (!found || version === 0 || (done !== null && done >= version)) {
      const isKnown = commit !== undefined && this.commits.get(commit)?.has(target) === true;
      if (!isKnown && this.head(target) > 0) this.#note(commit, { ref: target, version: this.head(target) });
      return null;
    }
    const standing = this.refs.get(target)?.versions.at(-1)?.base ?? null;
    const wanted = this.#changesSince(found, done);
    const written = this.#write(target, wanted, standing, commit);
    found.promoted.set(target, version);
    return written;
  }

  /** @returns how many paths name it, counted once per ref, and how many refs */
  purge(digest: string): { recordings: number; refs: number } {
    this.purged.add(digest);
    const naming = [...this.refs].map(([, { versions }]) => {
      const paths = versions.flatMap(({ own }) => [...own].filter(([, each]) => each === digest));
      return new Set(paths.map(([path]) => path)).size;
    });
    return {
      recordings: naming.reduce((sum, count) => sum + count, 0),
      refs: naming.filter((count) => count > 0).length,
    };
  }

  /** The changes of a promotion: all of the pull request, or those since the last promotion. */
  #changesSince({ versions }: Ref, promoted: number | null): Map<string, string | null> {
    const last = versions.at(-1) as Version;
    if (promoted === null) return last.own;
    const before = (versions[promoted - 1] as Version).own;
    const changes = new Map([...last.own].filter(([path, digest]) => before.get(path) !== digest));
    const base = this.filesAt(last.base);
    for (const path of before.keys()) if (!last.own.has(path)) changes.set(path, base.get(path) ?? null);
    return changes;
  }

  #write(
    ref: string,
    wanted: Map<string, string | null>,
    below: Layer | null,
    commit: string | undefined,
  ): PushTruth {
    const found: Ref = this.refs.get(ref) ?? { versions: [], promoted: new Map() };
    this.refs.set(ref, found);
    const last = found.versions.at(-1);
    const own = new Map(last?.own ?? []);
    const base = this.filesAt(below);
    const before = overlay(base, own);
    const counts: Counts = { added: 0, changed: 0, removed: 0 };
    let isWritten = false;
    for (const [path, digest] of wanted) {
      const held = before.get(path) ?? null;
      if (held !== digest) counts[held === null ? 'added' : digest === null ? 'removed' : 'changed']++;
      const ownBefore = own.get(path);
      // A layer keeps only its differences from the base.
      const ownAfter = digest === (base.get(path) ?? null) ? undefined : digest;
      if (ownBefore !== ownAfter) isWritten = true;
      if (ownAfter === undefined) own.delete(path);
      else own.set(path, ownAfter);
    }
    const isMoved = below?.ref !== last?.base?.ref || below?.version !== last?.base?.version;
    const created = last === undefined || isWritten || isMoved;
    if (created) found.versions.push({ own, base: below });
    const version = found.versions.length;
    this.#note(commit, { ref, version });
    return { ...counts, created, version, state: { own: { ref, version }, below } };
  }

  #note(commit: string | undefined, { ref, version }: Layer): void {
    if (commit === undefined) return;
    const seen = this.commits.get(commit) ?? new Map<string, number>();
    this.commits.set(commit, seen.set(ref, version));
  }

  #version({ ref, version }: Layer): Version {
    const found = this.refs.get(ref)?.versions[version - 1];
    if (!found) throw new Error(`the model has no version ${version} of ${ref}`);
    return found;
  }
}

function overlay(below: Files, own: ReadonlyMap<string, string | null>): Map<string, string> {
  const files = new Map(below);
  for (const [path, digest] of own) {
    if (digest === null) files.delete(path);
    else files.set(path, digest);
  }
  return files;
}
