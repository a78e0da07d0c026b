import { chance } from '../bench/corpus/chance.js';
import { DEFAULT_BRANCH, isPullRequest, type RegistryTruth } from './registry-truth.js';

/**
 * A ref with the target branch of a pull request and the commits that its checkout knows, nearest
 * first.
 */
export interface Place {
  ref: string;
  base?: string;
  candidates?: string[];
}

/** A path and the name of its new content; null deletes the file. */
export type Edit = [path: string, content: string | null];

/** One exact state. `snapshot` counts back from the newest snapshot id. */
export type Exactly =
  | { commit: string }
  | { snapshot: number }
  | { branch: string }
  | { pullRequest: number };

/**
 * The next action, as plain data. A list of steps is a script that can be replayed; without some of
 * its steps, it still makes sense or does nothing.
 */
export type Step =
  | {
      do: 'push';
      client: number;
      to: Place;
      edits: Edit[];
      prune: boolean;
      commit?: string;
      /** Milliseconds until the registry is killed; the client continues when it is back. */
      killAfter?: number;
    }
  | {
      do: 'matrix';
      to: Place;
      jobs: Edit[][];
      commit?: string;
      /**
       * Concurrent pulls, a purge of the content at a path of the ref, and gc (if the database
       * allows it).
       */
      readers: number;
      purge?: string;
      gc: boolean;
    }
  | { do: 'pull'; client: number; from: Place; fresh: boolean }
  | { do: 'pull-exactly'; client: number; at: Exactly; fresh: boolean }
  | { do: 'promote'; pullRequest: number; branch?: string; commit?: string; times: number }
  | { do: 'purge'; ref: string; path: string }
  | { do: 'compare'; base: number; head: number }
  | { do: 'revoke'; client: number }
  | { do: 'gc' }
  | { do: 'restart'; how: 'kill' | 'stop' };

/** The frequency of each kind of step, in thousandths. */
const WEIGHTS: [Step['do'] | 'kill', number][] = [
  ['push', 340],
  ['matrix', 150],
  ['pull', 260],
  ['pull-exactly', 90],
  ['promote', 90],
  ['purge', 20],
  ['compare', 40],
  ['revoke', 4],
  ['gc', 3],
  ['restart', 2],
  ['kill', 1],
];

export const CLIENTS = 4;
const PULL_REQUESTS = 6;
const BRANCHES = [DEFAULT_BRANCH, 'release', 'feature/long-lived'];
const PATHS = Array.from({ length: 24 }, (_, index) => `tests/${index % 3}/recordings/${index}.json`);

/** Makes random steps; the same seed gives the same steps while the model returns the same values. */
export class StepMaker {
  readonly #draw: () => number;
  #contents = 0;
  #commits = 0;

  constructor(seed: number) {
    this.#draw = chance(seed);
  }

  next(truth: RegistryTruth): Step {
    const kind = this.#weighted();
    switch (kind) {
      case 'push':
      case 'kill': {
        const to = this.#place(truth);
        const killAfter = kind === 'kill' ? { killAfter: this.#below(40) } : {};
        const step = { client: this.#below(CLIENTS), to, edits: this.#edits(5), prune: this.#is(0.25) };
        return { do: 'push', ...step, ...this.#commit(), ...killAfter };
      }
      case 'matrix':
        return {
          do: 'matrix',
          to: { ...this.#place(truth), candidates: [] },
          jobs: Array.from({ length: 1 + this.#below(4) }, () => this.#edits(4)),
          ...this.#commit(),
          readers: this.#below(3),
          ...(this.#is(0.06) ? { purge: this.#pick(PATHS) } : {}),
          gc: this.#is(0.01),
        };
      case 'pull':
        return { do: 'pull', ...this.#into(), from: this.#place(truth) };
      case 'pull-exactly':
        return { do: 'pull-exactly', ...this.#into(), at: this.#exactly(truth) };
      case 'promote':
        return {
          do: 'promote',
          pullRequest: 1 + this.#below(PULL_REQUESTS),
          ...(this.#is(0.2) ? { branch: this.#pick(BRANCHES) } : {}),
          ...this.#commit(),
          times: this.#is(0.2) ? 2 : 1,
        };
      case 'purge':
        return { do: 'purge', ref: this.#ref(), path: this.#pick(PATHS) };
      case 'compare':
        return { do: 'compare', base: this.#below(40), head: this.#below(40) };
      case 'revoke':
        return { do: 'revoke', client: this.#below(CLIENTS) };
      case 'gc':
        return { do: 'gc' };
      case 'restart':
        return { do: 'restart', how: this.#is(0.5) ? 'kill' : 'stop' };
    }
  }

  #into(): { client: number; fresh: boolean } {
    return { client: this.#below(CLIENTS), fresh: this.#is(0.1) };
  }

  #ref(): string {
    if (this.#is(0.35)) return DEFAULT_BRANCH;
    return this.#is(0.2) ? this.#pick(BRANCHES) : `pull/${1 + this.#below(PULL_REQUESTS)}`;
  }

  /** A different base is a retarget; different candidates are a rebase. */
  #place(truth: RegistryTruth): Place {
    const ref = this.#ref();
    if (!isPullRequest(ref)) return { ref };
    const base = this.#is(0.8) ? DEFAULT_BRANCH : this.#pick(BRANCHES);
    const commits = this.#is(0.4) ? [...truth.commits.keys()].slice(-20) : [];
    const candidates = commits.filter(() => this.#is(0.2)).reverse();
    return { ref, ...(this.#is(0.9) ? { base } : {}), candidates };
  }

  #exactly(truth: RegistryTruth): Exactly {
    const commits = [...truth.commits.keys()];
    if (this.#is(0.4) && commits.length > 0) return { commit: this.#pick(commits) };
    if (this.#is(0.6)) return { snapshot: this.#below(200) };
    const ref = this.#ref();
    return isPullRequest(ref) ? { pullRequest: Number(ref.slice(5)) } : { branch: ref };
  }

  #edits(most: number): Edit[] {
    const paths = new Set(Array.from({ length: 1 + this.#below(most) }, () => this.#pick(PATHS)));
    return [...paths].map((path) => [path, this.#is(0.2) ? null : this.#content()]);
  }

  /** Usually a new content; otherwise an existing one from anywhere. */
  #content(): string {
    if (this.#contents > 0 && this.#is(0.2)) return `${this.#below(this.#contents)}`;
    return `${this.#contents++}${this.#is(0.01) ? 'L' : ''}`;
  }

  #commit(): { commit?: string } {
    if (this.#is(0.3)) return {};
    return { commit: (++this.#commits).toString(16).padStart(40, 'c') };
  }

  #weighted(): (typeof WEIGHTS)[number][0] {
    let left = this.#draw() * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [kind, weight] of WEIGHTS) {
      left -= weight;
      if (left < 0) return kind;
    }
    return 'push';
  }

  readonly #is = (probability: number) => this.#draw() < probability;
  readonly #below = (count: number) => Math.floor(this.#draw() * count);
  readonly #pick = <T>(items: readonly T[]): T => items[this.#below(items.length)] as T;
}
