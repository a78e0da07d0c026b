import fc from 'fast-check';
import { ageRows } from '../support/age-rows.js';
import { ownerAndName, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import type { TestRegistry } from '../support/registry.js';

/** One step of a random history. Paths and texts are numbers, which the history turns into files. */
export type Step =
  | { do: 'push'; branch: 'main' | 'release'; edits: Edit[] }
  | { do: 'push-pr'; number: number; base: 'main' | 'release'; from: number; edits: Edit[] }
  | { do: 'promote' | 'close' | 'accept'; number: number }
  | { do: 'age'; days: number }
  | { do: 'round' };

/** The text at a path; 0 removes the path. */
interface Edit {
  path: number;
  text: number;
}

const edits = fc.array(fc.record({ path: fc.nat(5), text: fc.nat(12) }), { minLength: 1, maxLength: 3 });
const number = fc.integer({ min: 1, max: 3 });
const branch = fc.constantFrom('main' as const, 'main' as const, 'release' as const);

export const someSteps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('push' as const), branch, edits }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('push-pr' as const),
        number,
        base: branch,
        from: fc.nat(4),
        edits,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('promote' as const, 'close' as const, 'accept' as const),
        number,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('age' as const), days: fc.constantFrom(0.5, 1, 2, 4, 7) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('round' as const) }) },
  ),
  { minLength: 10, maxLength: 22 },
);

/** The settings of each history, in days. */
export const KEPT = { pullRequests: 3, snapshots: 10 };
const SETTINGS = `retention: { pull-requests: ${KEPT.pullRequests}d, snapshots: ${KEPT.snapshots}d }`;

type Files = Record<string, string>;

/** A state that was pushed, and the files that a pull of it returned at that time. */
interface State {
  snapshot: string;
  version: number;
  files: Files;
  /** When the next version replaced it, in days; null: it is the newest. */
  replacedAt: number | null;
}

interface Commit {
  sha: string;
  notedAt: number;
  files: Files;
}

interface Line {
  states: State[];
  commits: Commit[];
}

interface PullRequest extends Line {
  closedAt: number | null;
  promotedAt: number | null;
  pushedAt: number;
  /** Digests that its acceptances name. */
  accepted: string[];
}

/** A history in one repository, and what it must still be able to reach. */
export class History {
  #now = 0;
  #commits = 0;
  readonly branches = new Map<'main' | 'release', Line>();
  readonly #pullRequests = new Map<number, PullRequest>();
  readonly #registry: TestRegistry;
  readonly repository: string;

  constructor(registry: TestRegistry, repository: string) {
    this.#registry = registry;
    this.repository = repository;
  }

  async begin(): Promise<void> {
    await this.#push({ branch: 'main' }, [{ path: 9, text: 1 }], { settings: SETTINGS });
  }

  async apply(step: Exclude<Step, { do: 'round' }>): Promise<void> {
    switch (step.do) {
      case 'push':
        return this.#push({ branch: step.branch }, step.edits);
      case 'push-pr':
        return this.#push({ pullRequest: step.number, base: step.base }, step.edits, {
          candidates: this.#candidates(step.base, step.from),
        });
      case 'age':
        return this.age(step.days);
      case 'promote':
        return this.#promote(step.number);
      case 'close':
        return this.close(step.number);
      default:
        return this.#accept(step.number);
    }
  }

  /** Lets days pass: all rows of the repository become older. */
  async age(days: number): Promise<void> {
    this.#now += days;
    await ageRows(this.#registry.sql, this.repository, days * 24);
  }

  async close(number: number): Promise<void> {
    const found = this.#pullRequests.get(number);
    if (!found) return;
    await this.#registry.sql`update refs set closed_at = now(), closed_by_run = 1 where kind = 'PULL_REQUEST'
      and name = ${String(number)} and repository_id = (select id from repositories
        where owner || '/' || name = ${this.repository})`;
    found.closedAt = this.#now;
  }

  async closeAll(): Promise<void> {
    for (const each of this.#pullRequests.keys()) await this.close(each);
  }

  /** Everything that must be pulled as it was, with its name in the words of a query. */
  reachable(): { at: Parameters<typeof pullFiles>[2]['at']; files: Files }[] {
    const young = (time: number) => this.#now - time < KEPT.snapshots;
    const branches = [...this.branches].flatMap(([branch, { states, commits }]) => {
      const head = states.at(-1);
      const newest = commits.at(-1);
      return [
        ...(head ? [{ at: { branch }, files: head.files }] : []),
        ...states
          .filter(({ replacedAt }) => replacedAt === null || young(replacedAt))
          .map(({ snapshot, files }) => ({ at: { snapshot }, files })),
        ...commits
          .filter((commit) => commit === newest || young(commit.notedAt))
          .map(({ sha, files }) => ({ at: { commit: sha }, files })),
      ];
    });
    const pullRequests = this.#kept().flatMap(([number, { states, commits }]) => [
      { at: { pullRequest: number }, files: states.at(-1)?.files ?? {} },
      ...states.map(({ snapshot, files }) => ({ at: { snapshot }, files })),
      ...commits.map(({ sha, files }) => ({ at: { commit: sha }, files })),
    ]);
    return [...branches, ...pullRequests];
  }

  /** The digests that acceptances of kept pull requests name. */
  accepted(): string[] {
    return this.#kept().flatMap(([, { accepted }]) => accepted);
  }

  #kept(): [number, PullRequest][] {
    return [...this.#pullRequests].filter(([, each]) => this.#isKept(each));
  }

  #isKept({ closedAt, promotedAt, pushedAt }: PullRequest): boolean {
    if (promotedAt === null && (closedAt === null || pushedAt > closedAt)) return true;
    const ended = Math.max(closedAt ?? 0, promotedAt ?? 0, pushedAt);
    return this.#now - ended < KEPT.pullRequests;
  }

  #candidates(branch: 'main' | 'release', from: number): string[] {
    const commits = (this.branches.get(branch)?.commits ?? []).map(({ sha }) => sha).reverse();
    return commits.slice(from, from + 5);
  }

  async #push(
    ref: { branch: 'main' | 'release' } | { pullRequest: number; base: string },
    changes: Edit[],
    more: { settings?: string; candidates?: string[] } = {},
  ): Promise<void> {
    const sha = (++this.#commits).toString(16).padStart(40, '0');
    const texts = new Map(changes.map(({ path, text }) => [`tests/recordings/${path}.json`, text]));
    const add = Object.fromEntries(
      [...texts].filter(([, text]) => text > 0).map(([path, text]) => [path, `"${path} says ${text}"`]),
    );
    const remove = [...texts].filter(([, text]) => text === 0).map(([path]) => path);
    const { repository } = this;
    const pushed = await pushFiles(this.#registry, { repository, ref, add, remove, commit: sha, ...more });
    const { id: snapshot, version } = pushed.snapshot;
    const line = this.#lineOf(ref, version);
    const known = line.states.at(-1);
    const files =
      known?.snapshot === snapshot
        ? known.files
        : await pullFiles(this.#registry, repository, { at: { snapshot } });
    if (known?.snapshot !== snapshot) {
      if (known) known.replacedAt = this.#now;
      line.states.push({ snapshot, version, files, replacedAt: null });
    }
    line.commits.push({ sha, notedAt: this.#now, files });
    // Rows of one step must not have the time of the step before.
    this.#now += 1e-6;
    if ('pushedAt' in line) (line as PullRequest).pushedAt = this.#now;
  }

  #lineOf(ref: { branch: 'main' | 'release' } | { pullRequest: number }, version: number): Line {
    if ('branch' in ref) {
      const line = this.branches.get(ref.branch) ?? { states: [], commits: [] };
      this.branches.set(ref.branch, line);
      return line;
    }
    const before = this.#pullRequests.get(ref.pullRequest);
    // Retention removed the pull request, so it starts again.
    const isNew = before === undefined || (version === 1 && !this.#isKept(before));
    if (!isNew) return before;
    const line = {
      ...{ states: [], commits: [], closedAt: null, promotedAt: null, pushedAt: this.#now, accepted: [] },
    };
    this.#pullRequests.set(ref.pullRequest, line);
    return line;
  }

  async #promote(number: number): Promise<void> {
    const found = this.#pullRequests.get(number);
    if (!found || !this.#isKept(found)) return;
    const sha = (++this.#commits).toString(16).padStart(40, '0');
    type Answer = { promote: { __typename: string; promoted?: boolean } };
    const input = { ...ownerAndName(this.repository), pullRequest: number, branch: 'main', commit: sha };
    const { promote } = await this.#registry.ask<Answer>(
      'mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Promotion { promoted } } }',
      { input },
    );
    if (promote.promoted) found.promotedAt = this.#now;
    await this.#noteHead('main', sha);
  }

  /** The head of a branch after a change of the registry's own. */
  async #noteHead(branch: 'main' | 'release', sha: string): Promise<void> {
    const plan = await planOf(this.#registry, this.repository, { at: { branch } });
    const { id: snapshot, version } = plan.snapshot;
    const line = this.branches.get(branch) as Line;
    const known = line.states.at(-1);
    const files = await pullFiles(this.#registry, this.repository, { at: { snapshot } });
    if (known?.snapshot !== snapshot) {
      if (known) known.replacedAt = this.#now;
      line.states.push({ snapshot, version, files, replacedAt: null });
    }
    line.commits.push({ sha, notedAt: this.#now, files });
    this.#now += 1e-6;
  }

  async #accept(number: number): Promise<void> {
    const found = this.#pullRequests.get(number);
    if (!found || !this.#isKept(found)) return;
    await this.#registry.ask(
      'mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename } }',
      {
        input: { ...ownerAndName(this.repository), pullRequest: number },
      },
    );
    const rows = await this.#registry
      .sql`select encode(before, 'hex') as before, encode(after, 'hex') as after
      from acceptances where pull_request = ${number} and repository_id = (select id from repositories
        where owner || '/' || name = ${this.repository})`;
    found.accepted = rows.flatMap(({ before, after }) => [before, after]).filter((digest) => digest !== '');
  }
}
