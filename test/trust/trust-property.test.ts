import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Claims, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';
import { watchRuns } from '../support/watch-runs.js';
import { EVERYTHING, recording, workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

// Whatever the runs of branches, pull requests and forks do, the default branch holds only direct
// pushes and merges of reviewed recordings, and only the base judges a pull request.

const BRANCHES = ['main', 'evil'] as const;
type Branch = (typeof BRANCHES)[number];
const PATHS = ['a', 'b', 'c'].map((name) => `tests/recordings/${name}.json`);
const HEADS = ['a', 'b', 'c'].map((letter) => letter.repeat(40));

/** One run of a workflow, with its claims and the input of its author. */
type Step =
  | { do: 'push'; branch: Branch; path: string; isLeak: boolean }
  | {
      do: 'record';
      pullRequest: number;
      /** In the claims; a different base than before is a retarget. */
      base: Branch;
      says: 'base' | 'nothing' | 'other';
      baseline: 'none' | 'evil';
      path: string;
      /** The head commit of the recordings; an earlier head is a re-run. */
      head: string;
      isLeak: boolean;
      /** A new run, a late first run of the pull request, or another attempt of its newest run. */
      run: 'new' | 'late' | 're-run';
    }
  /**
   * Reports the pull request as closed, from a run on it, on its base, or on another pull request
   * or branch.
   */
  | { do: 'close'; pullRequest: number; by: 'own' | 'base' | 'other pull request' | 'other branch' }
  /** A dispatched or scheduled run of a branch records for a pull request. */
  | {
      do: 'dispatch';
      event: 'workflow_dispatch' | 'schedule';
      branch: Branch;
      pullRequest: number;
      says: Branch | 'nothing';
      path: string;
      head: string;
      attempt: string;
    }
  /** A run watches the default branch; then a run on a pull request accepts the watch. */
  | {
      do: 'watch';
      event: 'schedule' | 'workflow_dispatch' | 'push' | 'pull_request';
      branch: Branch;
      names: 'own' | 'other';
      path: string;
      pullRequest: number;
      by: 'own' | 'other';
    }
  | { do: 'promote'; pullRequest: number; run: Branch; to: Branch; head: string | null };

const branch = fc.constantFrom(...BRANCHES);
const path = fc.constantFrom(...PATHS);
const rarely = fc.nat(5).map((number) => number === 0);
/** The fourth pull request is from a fork; a run on the default branch pushes its recordings. */
const FORK = 4;
const pullRequest = fc.constantFrom(1, 1, 1, 2, 3, FORK);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('push'), branch, path, isLeak: rarely }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('record'),
      pullRequest,
      base: fc.constantFrom('main', 'main', 'evil'),
      says: fc.constantFrom('base', 'base', 'nothing', 'nothing', 'other'),
      baseline: fc.constantFrom('none', 'none', 'none', 'none', 'evil'),
      path,
      head: fc.constantFrom(...HEADS),
      isLeak: rarely,
      run: fc.constantFrom('new', 'late', 're-run', 're-run'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('close'),
      pullRequest,
      by: fc.constantFrom('own', 'own', 'base', 'other pull request', 'other branch'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('dispatch'),
      event: fc.constantFrom('workflow_dispatch', 'workflow_dispatch', 'schedule'),
      branch: fc.constantFrom('main', 'main', 'evil'),
      pullRequest,
      says: fc.constantFrom('nothing', 'nothing', 'main', 'evil'),
      path,
      head: fc.constantFrom(...HEADS),
      attempt: fc.constantFrom('1', '1', '2'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('watch'),
      event: fc.constantFrom('schedule', 'schedule', 'workflow_dispatch', 'push', 'pull_request'),
      branch: fc.constantFrom('main', 'main', 'evil'),
      names: fc.constantFrom('own', 'own', 'other'),
      path,
      pullRequest: fc.constantFrom(1, 1, 2, 3),
      by: fc.constantFrom('own', 'own', 'other'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('promote'),
      pullRequest,
      run: branch,
      to: branch,
      head: fc.option(fc.constantFrom(...HEADS)),
    }),
  },
) as fc.Arbitrary<Step>;

interface Pull {
  base: Branch;
  /** Its recordings. Each text is new, so each differs from the base. */
  own: Map<string, string>;
  /** Head commit → its recordings after the last run of that commit. */
  reviewed: Map<string, Map<string, string>>;
  promotedTo: Set<Branch>;
}

let issuer: OidcIssuer;
let registry: TestRegistry;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  registry = await startRegistry({ environment: workflowEnvironment(issuer) });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

let repositories = 0;
/** How many re-runs were stored separately from the pull request. */
let beside = 0;
/** How many runs of the default branch recorded for a pull request. */
let dispatched = 0;
/** How many watches pull requests accepted. */
let accepted = 0;

it('no run changes the default branch without a review, or the settings that judge a pull request', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 20 }), async (steps) => {
      await follow(steps, ++repositories);
    }),
    { numRuns: 12, seed: 20_261_127, endOnFailure: true },
  );

  expect(beside).toBeGreaterThan(0);
  expect(dispatched).toBeGreaterThan(0);
  expect(accepted).toBeGreaterThan(0);
});

async function follow(steps: Step[], repositoryId: number): Promise<void> {
  const runs = workflowRuns(issuer, registry, repositoryId);
  const watches = watchRuns(runs, { issuer, registry });
  const main = new Map(PATHS.slice(0, 2).map((name) => [name, recording(`first of ${name}`)]));
  await runs.push(runs.onBranch('main'), { branch: 'main' }, Object.fromEntries(main));
  const evil = await runs.push(runs.onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
  const pulls = new Map<number, Pull>();
  /** Pull request → its run ids, and the run that closed it. */
  const runsOf = new Map<number, number[]>();
  const closedBy = new Map<number, number>();
  let runIds = 0;
  let texts = 0;
  const textOf = (isLeak: boolean) => recording(`text ${++texts} ${isLeak ? openaiKey(texts) : ''}`);
  /** Whether a run may say which recordings of `main` the tests read. */
  const reports = async (claims: Claims): Promise<boolean> => {
    const use = { snapshot: evil.snapshot?.id ?? '', recordings: 2, read: 'AA==' };
    const answer = await runs.mutate(claims, 'reportUse', { ref: { branch: 'main' }, use });
    if (answer?.__typename !== 'Forbidden') expect(answer?.__typename, answer?.message).toBe('UseReported');
    return answer?.__typename === 'UseReported';
  };
  const isLeaky = (text: string) => /sk-proj/.test(text);

  for (const each of steps) {
    if (each.do === 'push') {
      const add = { [each.path]: textOf(each.isLeak) };
      await runs.letIn(add);
      await runs.push(runs.onBranch(each.branch), { branch: each.branch }, add);
      expect(await reports(runs.onBranch(each.branch)), each.branch).toBe(each.branch === 'main');
      if (each.branch === 'main' && !each.isLeak)
        for (const [name, text] of Object.entries(add)) main.set(name, text);
    } else if (each.do === 'record') {
      const pull = pulls.get(each.pullRequest);
      const other = each.base === 'main' ? 'evil' : 'main';
      const isFork = each.pullRequest === FORK;
      // The run that pushes for a fork names the base as GitHub does.
      const said = {
        base: each.base,
        nothing: isFork ? each.base : undefined,
        other: isFork ? each.base : other,
      };
      const base = said[each.says];
      const text = textOf(each.isLeak);
      const add = { [each.path]: text };
      await runs.letIn(add);
      const earlier = runsOf.get(each.pullRequest) ?? [];
      const id =
        (each.run === 'late' ? earlier[0] : each.run === 're-run' ? earlier.at(-1) : null) ?? ++runIds;
      runsOf.set(each.pullRequest, [...earlier, id]);
      const isRerun = each.run === 're-run';
      const attempt = { run_id: String(id), run_attempt: isRerun ? '2' : '1' };
      const claims = isFork
        ? runs.run('workflow_run', 'refs/heads/main', attempt)
        : runs.onPull(each.pullRequest, each.base, attempt);
      expect(await reports(claims), JSON.stringify(claims)).toBe(false);
      const ref = { pullRequest: each.pullRequest, ...(base && { base }) };
      const baseline = each.baseline === 'evil' ? { baseline: evil.snapshot?.id ?? '' } : {};
      const answer = await runs.push(claims, ref, add, { commit: each.head, ...baseline });
      const isMerged = pull && (pull.promotedTo.has(pull.base) || pull.promotedTo.has('main'));
      const isEnded = isMerged || id <= (closedBy.get(each.pullRequest) ?? 0);
      // A separate re-run lies over the pull request, whatever baseline is named.
      const isBeside = isEnded && isRerun;
      const namesBaseline = each.baseline === 'evil' && !(isBeside && pull);
      const isRefused =
        (isEnded && !isRerun) ||
        (base !== undefined && base !== each.base) ||
        (each.base === 'main' && (each.isLeak || namesBaseline));
      expect(answer.__typename === 'Push', `${JSON.stringify(each)}: ${answer.message}`).toBe(!isRefused);
      if (!isRefused) {
        expect(answer.warnings?.length, JSON.stringify(each)).toBe(isBeside ? 1 : 0);
        if (isBeside) beside++;
      }
      if (!isRefused && !isBeside) {
        closedBy.delete(each.pullRequest);
        const own = new Map(pull?.own ?? []).set(each.path, text);
        const reviewed = new Map(pull?.reviewed ?? []).set(each.head, own);
        const promotedTo = pull?.promotedTo ?? new Set<Branch>();
        pulls.set(each.pullRequest, { base: each.base, own, reviewed, promotedTo });
      }
    } else if (each.do === 'dispatch') {
      // GitHub schedules runs on the default branch alone, so a schedule of another one would rename it.
      const on = each.event === 'schedule' ? 'main' : each.branch;
      const pull = pulls.get(each.pullRequest);
      const base = pull?.base ?? 'main';
      const text = textOf(false);
      const claims = runs.run(each.event, `refs/heads/${on}`, {
        ...{ run_id: String(++runIds), run_attempt: each.attempt },
      });
      const ref = { pullRequest: each.pullRequest, ...(each.says !== 'nothing' && { base: each.says }) };
      // GitHub's API says whether a pull request is from a fork.
      const more = { commit: each.head, fromFork: each.pullRequest === FORK };
      const answer = await runs.push(claims, ref, { [each.path]: text }, more);
      const isMerged = pull && (pull.promotedTo.has(pull.base) || pull.promotedTo.has('main'));
      const isAllowed =
        on === 'main' &&
        (each.says === 'nothing' || each.says === base) &&
        !isMerged &&
        !closedBy.has(each.pullRequest);
      expect(answer.__typename === 'Push', `${JSON.stringify(each)}: ${answer.message}`).toBe(isAllowed);
      if (isAllowed) {
        dispatched++;
        const own = new Map(pull?.own ?? []).set(each.path, text);
        const reviewed = new Map(pull?.reviewed ?? []).set(each.head, own);
        pulls.set(each.pullRequest, { base, own, reviewed, promotedTo: pull?.promotedTo ?? new Set() });
      }
    } else if (each.do === 'watch') {
      const { event, pullRequest: number } = each;
      const on = event === 'schedule' ? 'main' : each.branch;
      const watching = { run_id: String(++runIds) };
      const claims =
        event === 'pull_request'
          ? runs.onPull(number, 'main', watching)
          : runs.run(event, `refs/heads/${on}`, watching);
      const run = String(each.names === 'own' ? runIds : runIds + 1_000);
      const text = textOf(false);
      const pushed = await watches.watch(run, { [each.path]: text }, {}, claims);
      const isDispatched = event === 'schedule' || event === 'workflow_dispatch';
      const isAllowed = isDispatched && on === 'main' && each.names === 'own';
      expect(pushed?.__typename === 'WatchPushed', `${JSON.stringify(each)}: ${pushed?.message}`).toBe(
        isAllowed,
      );

      const pull = pulls.get(number);
      const base = pull?.base ?? 'main';
      const accepting = { run_id: String(++runIds) };
      const by = runs.onPull(each.by === 'own' ? number : number + 1, base, accepting);
      const input = { pullRequest: number, run };
      const answer = await runs.mutate(by, 'acceptWatch', input, '... on WatchAccepted { left }');
      const isMerged = pull && (pull.promotedTo.has(pull.base) || pull.promotedTo.has('main'));
      const isAccepted = isAllowed && each.by === 'own' && !isMerged;
      const about = `${JSON.stringify(each)}: ${answer?.message}`;
      expect(answer?.__typename === 'WatchAccepted', about).toBe(isAccepted);
      if (isAccepted) {
        accepted++;
        closedBy.delete(number);
        runsOf.set(number, [...(runsOf.get(number) ?? []), runIds]);
        const own = new Map(pull?.own ?? []);
        expect(answer?.['left'], about).toEqual(own.has(each.path) ? [each.path] : []);
        if (!own.has(each.path)) own.set(each.path, text);
        const { reviewed = new Map(), promotedTo = new Set<Branch>() } = pull ?? {};
        pulls.set(number, { base, own, reviewed, promotedTo });
      }
    } else if (each.do === 'close') {
      const { pullRequest: number, by } = each;
      const known = pulls.get(number)?.base;
      const run = { run_id: String(++runIds) };
      const claims = {
        own: runs.onPull(number, 'main', run),
        base: runs.onBranch(known ?? 'main', run),
        'other pull request': runs.onPull(number + 1, 'main', run),
        'other branch': runs.onBranch(known === 'evil' ? 'main' : 'evil', run),
      }[by];
      const input = { pullRequest: number };
      const answer = await runs.mutate(
        claims,
        'closePullRequest',
        input,
        '... on ClosedPullRequest { isNews: changed }',
      );
      const isClosed = by === 'own' || (by === 'base' && known !== undefined);
      expect(answer?.['isNews'] === true, `${JSON.stringify(each)}: ${answer?.message}`).toBe(isClosed);
      if (isClosed) closedBy.set(number, runIds);
    } else {
      const pull = pulls.get(each.pullRequest);
      const answer = await runs.mutate(
        runs.onBranch(each.run),
        'promote',
        { pullRequest: each.pullRequest, branch: each.to, ...(each.head !== null && { head: each.head }) },
        '... on Promotion { promoted }',
      );
      const isOfBase = each.run === each.to && (each.run === 'main' || pull?.base === each.run);
      const brought = each.head === null ? pull?.own : pull?.reviewed.get(each.head);
      const isLetIn = each.to === 'evil' || ![...(brought?.values() ?? [])].some(isLeaky);
      const isPromoted = isOfBase && brought !== undefined && isLetIn && !pull?.promotedTo.has(each.to);
      expect(answer?.['promoted'] === true, `${JSON.stringify(each)}: ${answer?.message}`).toBe(isPromoted);
      if (isPromoted) {
        pull?.promotedTo.add(each.to);
        if (each.to === 'main') for (const [name, text] of brought) main.set(name, text);
      }
    }
    expect(await runs.files({ branch: 'main' }), JSON.stringify(each)).toEqual(Object.fromEntries(main));
  }
  for (const [number, { base, own }] of pulls) {
    const held = await runs.files({ pullRequest: number, base });
    expect(held).toMatchObject(Object.fromEntries(own));
    const report = await runs.report(number);
    expect(report.baseline?.branch).toBe(base);
    // Only the settings of `evil` hide the text of responses. A new recording is compared with those of its
    // test, so that it differs as well.
    const told = report.level === 'CONTENT' || report.level === 'BEHAVIOUR';
    expect(told).toBe(base === 'main' && own.size > 0);
  }
}
