import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { raceToComment } from '../support/github-comment-race.js';
import { type JobEvent, mergeGroupEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import { pullFiles } from '../support/push-files.js';
import type { Job, StepResult } from '../support/runner.js';
import { called, IN_WORDS, pathOf, type Recorded, said } from '../support/runner-recordings.js';
import { forget, HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

// Eight jobs of one workflow run. Each is a process that runs the committed bundle; they share one
// registry on Postgres.

const JOBS = [1, 2, 3, 4, 5, 6, 7, 8];
const PULL = { pullRequest: 3 };

/** Two new tests that only this job records. */
const own = (job: number): Recorded => ({
  ...said(`test_words_${job}`, `I am job ${job}.`),
  ...called(`test_tool_${job}`, `Town ${job}`),
});
/** Identical recordings of every job. */
const COMMON: Recorded = { ...called('test_weather', 'York'), ...said('test_common', 'The same for all.') };
/** The same test in every job, each with another response. */
const contested = (job: number): Recorded => said('test_hello', `Hello from job ${job}.`);

useActionWorld();

/** The jobs of one workflow run. */
interface Matrix extends AsyncDisposable {
  jobs: Job[];
  /** Runs the main step of all jobs at once; each must succeed. */
  main(): Promise<StepResult[]>;
}

function startMatrix(event: JobEvent): Matrix {
  const jobs = JOBS.map(() => world.job(event));
  return {
    jobs,
    main: async () => endedWell(await Promise.all(jobs.map((job) => job.main()))),
    [Symbol.asyncDispose]: async () => {
      for (const job of jobs) await job[Symbol.asyncDispose]();
    },
  };
}

function endedWell(results: (StepResult | null)[]): StepResult[] {
  for (const result of results) expect(result).toMatchObject({ exitCode: 0, stderr: '', annotations: [] });
  return results as StepResult[];
}

/** The tests of all jobs. */
function recordAll({ jobs }: Matrix): void {
  for (const [index, job] of jobs.entries()) record(job, own(index + 1), COMMON, contested(index + 1));
}

/** All recordings of the jobs; for contested paths, the version in the registry. */
function expectAll(recordings: Recorded): void {
  const winner = recordings[pathOf(HELLO)];
  expect(JOBS.map((job) => contested(job)[pathOf(HELLO)])).toContain(winner);
  const all = { ...COMMON, ...Object.assign({}, ...JOBS.map(own)), [pathOf(HELLO)]: winner };
  // The names first: a failure then lists the missing paths instead of 17 files.
  expect(Object.keys(recordings).sort()).toEqual(Object.keys(all).sort());
  expect(recordings).toEqual(all);
}

/** The job that wins the contested recording. */
const GREETED = 'answer: `Hello, how may I help\\?` → `Hello from job \\d\\.` in 1 recording';

describe('a matrix of eight jobs', () => {
  it(
    'pushes to one pull request with one comment; the queue pulls it, and the merge promotes ' + 'it',
    async () => {
      const { state } = world.github;
      const pull = world.openPullRequest();
      await using onPull = startMatrix(pullRequestEvent(state, pull.number));
      await onPull.main();
      recordAll(onPull);
      const steps = onPull.jobs.map((job) => () => job.post());
      const posts = endedWell(await raceToComment(world.github, steps));

      const all = await world.recordings(PULL);
      expectAll(all);
      expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
      const { markdown } = await world.report(pull.number);
      expect(markdown).toMatch(new RegExp(`^### 🔴 ${IN_WORDS.called.source}; ${GREETED}; 17 new\n`));
      expect(world.comments(pull.number)).toEqual([`${MARKER}\n${markdown}`]);
      // Each job created a comment, and all but the oldest were deleted. Every job outputs the URL of the
      // oldest.
      const created = world.github.requests.filter(({ operation }) => operation === 'issues/create-comment');
      expect(created).toHaveLength(JOBS.length);
      for (const post of posts) expect(post.summary).toContain('#issuecomment-1001');

      await using inQueue = world.job(mergeGroupEvent(state, pull.number));
      expect(await inQueue.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '19' } });
      expect(onDisk(inQueue, all)).toEqual(all);
      await inQueue.post();
      expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });

      const before = state.tip('main');
      const merged = state.merge(pull.number);
      await using onMain = startMatrix(pushEvent(state, 'main', before));
      const mains = await onMain.main();
      // All eight get the push event of the merge; one promotes, and none pulls before that.
      expect(mains.filter(({ stdout }) => stdout.includes('Promoted pull request #3 to main'))).toHaveLength(
        1,
      );
      for (const job of onMain.jobs) expect(onDisk(job, all)).toEqual(all);
      endedWell(await Promise.all(onMain.jobs.map((job) => job.post())));
      expect(await world.recordings(MAIN)).toEqual(all);
      expect(await world.version(MAIN)).toBe(2);
      expect(await pullFiles(registry, world.repository, { at: { commit: merged } })).toEqual(all);
    },
  );

  it('leaves one complete comment, whatever the speed of its jobs', async () => {
    const pull = world.openPullRequest();
    await using onPull = startMatrix(pullRequestEvent(world.github.state, pull.number));
    await Promise.all(
      onPull.jobs.map(async (job, index) => {
        expect(await job.main()).toMatchObject({ exitCode: 0 });
        record(job, own(index + 1), COMMON, contested(index + 1));
        expect(await job.post()).toMatchObject({ exitCode: 0, annotations: [] });
      }),
    );
    expectAll(await world.recordings(PULL));
    const { markdown } = await world.report(pull.number);
    expect(markdown).toMatch(new RegExp(`^### 🔴 ${IN_WORDS.called.source}; ${GREETED}; 17 new\n`));
    expect(world.comments(pull.number)).toEqual([`${MARKER}\n${markdown}`]);
  });

  it('with prune removes what a job no longer records, but nothing of other jobs', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using one = world.job(event, { prune: 'true' });
    await using two = world.job(event, { prune: 'true' });
    await one.main();
    await two.main();
    record(one, own(1));
    record(two, own(2));
    forget(two, HELLO);
    await one.post();
    await two.post();
    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...own(1), ...own(2) });
  });
});
