import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMENT_MARKER } from '../names.js';
import type { Comment, CommentThread } from './comment-thread.js';
import type { Report } from './drift-report.js';
import { upsertComment } from './upsert-comment.js';

/** A pull request that jobs push to and comment on; with `pause` a test schedules the jobs. */
class World implements CommentThread {
  comments: Comment[] = [];
  version = 0;
  drifts = true;
  writes = 0;
  readonly pause: () => Promise<void>;
  #next = 1;

  constructor(pause: () => Promise<void> = async () => {}) {
    this.pause = pause;
  }

  report = async (): Promise<Report> => {
    await this.pause();
    const changed = this.drifts ? 1 : 0;
    const markdown = `version ${this.version}`;
    const counts = { added: 0, removed: 0, changed, rekeyed: 0, moved: 0, errors: 0 };
    return {
      ...counts,
      level: this.drifts ? 'CONTENT' : null,
      unaccepted: this.drifts ? 1 : 0,
      unacceptedLevel: this.drifts ? 'CONTENT' : null,
      markdown,
      text: '',
      url: 'u',
      head: { id: `v${this.version}` },
      baseline: { id: 'baseline' },
    };
  };
  async ours() {
    await this.pause();
    return this.comments
      .filter((comment) => comment.body.startsWith(COMMENT_MARKER))
      .map((comment) => ({ ...comment }));
  }
  async create(body: string) {
    await this.pause();
    this.writes++;
    const comment = { id: this.#next, body, url: `c${this.#next++}` };
    this.comments.push(comment);
    return { ...comment };
  }
  async update(id: number, body: string) {
    await this.pause();
    this.writes++;
    const comment = this.comments.find((known) => known.id === id);
    if (comment) comment.body = body;
    return comment ? { ...comment } : null;
  }
  async remove(id: number) {
    await this.pause();
    this.comments = this.comments.filter((comment) => comment.id !== id);
  }
  explain = (error: unknown) => `explained: ${(error as Error).message}`;
}

describe('upsertComment', () => {
  it('creates one comment and then keeps it up to date', async () => {
    const world = new World();
    expect(await upsertComment(world, { mode: 'auto', fork: null }, world.report)).toMatchObject({
      commentUrl: 'c1',
      problem: null,
    });
    world.version = 1;
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    expect(world.comments).toEqual([{ id: 1, body: `${COMMENT_MARKER}\nversion 1`, url: 'c1' }]);
  });

  it('writes again when a run reports what it read after the first write', async () => {
    const world = new World();
    const report = async () => {
      const found = await world.report();
      const unread = world.writes === 0 ? null : 1;
      return { ...found, unread, markdown: `${unread} unread` };
    };
    await upsertComment(world, { mode: 'auto', fork: null }, report);
    expect(world.comments.map(({ body }) => body)).toEqual([`${COMMENT_MARKER}\n1 unread`]);
  });

  it('does not write an unchanged comment', async () => {
    const world = new World();
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    expect(world.writes).toBe(1);
  });

  it('creates no comment without drift, but updates an existing one', async () => {
    const world = new World();
    world.drifts = false;
    expect(await upsertComment(world, { mode: 'auto', fork: null }, world.report)).toMatchObject({
      commentUrl: null,
      problem: null,
    });
    expect(world.comments).toEqual([]);
    world.drifts = true;
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    world.drifts = false;
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    expect(world.comments.map((comment) => comment.body)).toEqual([
      expect.stringContaining('No fixture drift'),
    ]);
  });

  it('never writes with comment: never, but returns the report', async () => {
    const world = new World();
    expect(await upsertComment(world, { mode: 'never', fork: null }, world.report)).toMatchObject({
      commentUrl: null,
      report: { changed: 1 },
    });
    expect(world.writes).toBe(0);
  });

  it('ignores other comments and keeps the oldest of its own', async () => {
    const world = new World();
    const bodies = [
      'hello',
      `${COMMENT_MARKER}\nold`,
      `> ${COMMENT_MARKER}\nquoted`,
      `${COMMENT_MARKER}\nyounger`,
    ];
    for (const body of bodies) await world.create(body);
    await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    expect(world.comments.map(({ id, body }) => [id, body])).toEqual([
      [1, 'hello'],
      [2, `${COMMENT_MARKER}\nversion 0`],
      [3, `> ${COMMENT_MARKER}\nquoted`],
    ]);
  });

  it('explains a refusal and still returns the report', async () => {
    const world = new World();
    world.create = () => Promise.reject(new Error('403'));
    const result = await upsertComment(world, { mode: 'auto', fork: null }, world.report);
    expect(result).toMatchObject({ problem: 'explained: 403', report: { changed: 1 }, commentUrl: null });
  });

  it('leaves one comment with the last state, however the jobs interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, jobs) => {
        const world = new World(() => scheduler.schedule(Promise.resolve()));
        const job = async () => {
          await world.pause();
          world.version++;
          await upsertComment(world, { mode: 'auto', fork: null }, world.report);
        };
        await scheduler.waitFor(Promise.all(Array.from({ length: jobs }, job)));
        expect(world.comments.map((comment) => comment.body)).toEqual([`${COMMENT_MARKER}\nversion ${jobs}`]);
      }),
      { numRuns: 200 },
    );
  });
});
