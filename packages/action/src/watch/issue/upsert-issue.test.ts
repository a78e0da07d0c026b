import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GONE } from './decide-issue.js';
import type { RenderedIssue } from './issue-body.js';
import type { IssueChange, RepositoryIssues, WatchIssue } from './repository-issues.js';
import { upsertIssue, type WantedIssue } from './upsert-issue.js';

/** The issues of a repository; with `pause` a test schedules the runs that write them. */
class World implements RepositoryIssues {
  readonly issues: (WatchIssue & { reason?: IssueChange['reason'] })[] = [];
  readonly comments: number[] = [];
  drift: string | null = null;
  isWhole = true;
  writes = 0;
  lags = false;
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void> = async () => {}) {
    this.#pause = pause;
  }

  wanted = async (): Promise<WantedIssue> => {
    await this.#pause();
    const { drift: state, isWhole } = this;
    return { state, isWhole, text: { title: 't', body: state ?? GONE }, goodbye: 'gone' };
  };
  async ours() {
    await this.#pause();
    const listed = this.lags ? [] : this.issues.map((issue) => ({ ...issue }));
    return listed.sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.number - b.number);
  }
  async create({ body }: RenderedIssue) {
    await this.#pause();
    this.writes++;
    const number = this.issues.length + 1;
    const issue = { number, isOpen: true, state: body, url: `i${number}` };
    this.issues.push(issue);
    return { ...issue };
  }
  async change(number: number, { body, state, reason }: IssueChange) {
    await this.#pause();
    this.writes++;
    const issue = this.issues[number - 1];
    if (issue === undefined) throw new Error(`no issue ${number}`);
    if (body !== undefined) issue.state = body;
    if (state !== undefined) issue.isOpen = state === 'open';
    if (reason !== undefined) issue.reason = reason;
    return { ...issue };
  }
  async comment(number: number) {
    this.comments.push(number);
  }
  explain = (error: unknown) => `explained: ${(error as Error).message}`;
}

const watch = (world: World, drift: string | null) => {
  world.drift = drift;
  return upsertIssue(world, world.wanted);
};

describe('upsertIssue', () => {
  it('opens, keeps, updates, closes with a comment, and reopens one issue', async () => {
    const world = new World();
    expect(await watch(world, null)).toEqual({ url: null, isOpen: false, done: null, problem: null });
    expect(await watch(world, 'a')).toEqual({
      url: 'i1',
      isOpen: true,
      done: 'Opened issue #1: i1',
      problem: null,
    });
    const { writes } = world;
    expect(await watch(world, 'a')).toMatchObject({
      done: 'Issue #1 stays as it is: it already has this drift.',
    });
    expect(world.writes).toBe(writes);
    expect(await watch(world, 'b')).toMatchObject({ done: 'Updated issue #1: i1' });
    expect(await watch(world, null)).toMatchObject({ isOpen: false, done: 'Closed issue #1: i1' });
    expect(world.issues).toEqual([
      expect.objectContaining({ isOpen: false, state: GONE, reason: 'completed' }),
    ]);
    expect(world.comments).toEqual([1]);
    await watch(world, null);
    expect(world.comments).toEqual([1]);
    expect(await watch(world, 'b')).toMatchObject({ isOpen: true, done: 'Reopened issue #1: i1' });
    expect(world.issues).toHaveLength(1);
  });

  it('leaves an issue closed that a person closed, until the drift changes', async () => {
    const world = new World();
    await watch(world, 'a');
    Object.assign(world.issues[0] ?? {}, { isOpen: false });
    expect(await watch(world, 'a')).toMatchObject({
      isOpen: false,
      done: expect.stringContaining('a person'),
    });
    expect(await watch(world, 'b')).toMatchObject({ isOpen: true });
  });

  it('reopens an issue that a person closed when the drift was gone meanwhile', async () => {
    const world = new World();
    await watch(world, 'a');
    Object.assign(world.issues[0] ?? {}, { isOpen: false });
    await watch(world, null);
    expect(world.comments).toEqual([]);
    expect(await watch(world, 'a')).toMatchObject({ isOpen: true });
  });

  it('creates one issue while the list of GitHub lags behind', async () => {
    const world = new World();
    world.lags = true;
    expect(await watch(world, 'a')).toMatchObject({ url: 'i1', isOpen: true });
    expect(world.issues).toHaveLength(1);
  });

  it('explains a refusal', async () => {
    const world = new World();
    world.create = async () => {
      throw new Error('403');
    };
    expect(await watch(world, 'a')).toEqual({
      url: null,
      isOpen: false,
      done: null,
      problem: 'explained: 403',
    });
  });

  it('leaves one open issue with the newest drift, whatever runs write at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('a', 'b', null), { minLength: 2, maxLength: 3 }),
        async (scheduler, drifts) => {
          const world = new World(() => scheduler.schedule(Promise.resolve()));
          const runs = drifts.map((drift) => watch(world, drift));
          const last = drifts.at(-1) ?? null;
          world.drift = last;
          await scheduler.waitFor(Promise.all(runs));
          const open = world.issues.filter(({ isOpen }) => isOpen);
          expect(open.map(({ state }) => state)).toEqual(last === null ? [] : [last]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
