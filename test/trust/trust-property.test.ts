import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';
import { EVERYTHING, recording, workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

// Whatever runs of branches, pull requests and forks do, the default branch holds what a push to it or the merge of
// reviewed recordings brought, and a pull request is judged by its base alone.

const BRANCHES = ['main', 'evil'] as const;
type Branch = (typeof BRANCHES)[number];
const PATHS = ['a', 'b', 'c'].map((name) => `tests/recordings/${name}.json`);
const HEADS = ['a', 'b', 'c'].map((letter) => letter.repeat(40));

/** One run of a workflow, as its claims and its author make it. */
type Step =
  | { do: 'push'; branch: Branch; path: string; isLeak: boolean }
  | {
      do: 'record';
      pullRequest: number;
      /** In the claims: another one than before is a retarget. */
      base: Branch;
      says: 'base' | 'nothing' | 'other';
      baseline: 'none' | 'evil';
      path: string;
      /** Its recordings; an earlier head again is a re-run. */
      head: string;
      isLeak: boolean;
    }
  | { do: 'promote'; pullRequest: number; run: Branch; to: Branch; head: string | null };

const branch = fc.constantFrom(...BRANCHES);
const path = fc.constantFrom(...PATHS);
const rarely = fc.nat(5).map((number) => number === 0);
/** The fourth is of a fork, whose recordings a run on the default branch brings in. */
const FORK = 4;
const pullRequest = fc.integer({ min: 1, max: FORK });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('push'), branch, path, isLeak: rarely }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('record'),
      pullRequest,
      base: fc.constantFrom('main', 'main', 'evil'),
      says: fc.constantFrom('base', 'nothing', 'other'),
      baseline: fc.constantFrom('none', 'none', 'none', 'evil'),
      path,
      head: fc.constantFrom(...HEADS),
      isLeak: rarely,
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
  /** What it holds: each text is new, so each differs from the base. */
  own: Map<string, string>;
  /** Head commit → what it held after the last run of that commit. */
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

it('no run changes the default branch without a review, nor who judges a pull request', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
      await follow(steps, ++repositories);
    }),
    { numRuns: 8, seed: 20_261_127, endOnFailure: true },
  );
});

async function follow(steps: Step[], repositoryId: number): Promise<void> {
  const runs = workflowRuns(issuer, registry, repositoryId);
  const main = new Map(PATHS.slice(0, 2).map((name) => [name, recording(`first of ${name}`)]));
  await runs.push(runs.onBranch('main'), { branch: 'main' }, Object.fromEntries(main));
  const evil = await runs.push(runs.onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
  const pulls = new Map<number, Pull>();
  let texts = 0;
  const textOf = (isLeak: boolean) => recording(`text ${++texts} ${isLeak ? openaiKey(texts) : ''}`);
  const isLeaky = (text: string) => /sk-proj/.test(text);

  for (const each of steps) {
    if (each.do === 'push') {
      const add = { [each.path]: textOf(each.isLeak) };
      await runs.letIn(add);
      await runs.push(runs.onBranch(each.branch), { branch: each.branch }, add);
      if (each.branch === 'main' && !each.isLeak)
        for (const [name, text] of Object.entries(add)) main.set(name, text);
    } else if (each.do === 'record') {
      const pull = pulls.get(each.pullRequest);
      const other = each.base === 'main' ? 'evil' : 'main';
      const isFork = each.pullRequest === FORK;
      // The run that brings in a fork says its base as GitHub does.
      const said = {
        base: each.base,
        nothing: isFork ? each.base : undefined,
        other: isFork ? each.base : other,
      };
      const base = said[each.says];
      const text = textOf(each.isLeak);
      const add = { [each.path]: text };
      await runs.letIn(add);
      const claims = isFork
        ? runs.run('workflow_run', 'refs/heads/main')
        : runs.onPull(each.pullRequest, each.base);
      const ref = { pullRequest: each.pullRequest, ...(base && { base }) };
      const baseline = each.baseline === 'evil' ? { baseline: evil.snapshot?.id ?? '' } : {};
      const answer = await runs.push(claims, ref, add, { commit: each.head, ...baseline });
      const isMerged = pull && (pull.promotedTo.has(pull.base) || pull.promotedTo.has('main'));
      const isRefused =
        isMerged ||
        (base !== undefined && base !== each.base) ||
        (each.base === 'main' && (each.isLeak || each.baseline === 'evil'));
      expect(answer.__typename === 'Push', `${JSON.stringify(each)}: ${answer.message}`).toBe(!isRefused);
      if (!isRefused) {
        const own = new Map(pull?.own ?? []).set(each.path, text);
        const reviewed = new Map(pull?.reviewed ?? []).set(each.head, own);
        const promotedTo = pull?.promotedTo ?? new Set<Branch>();
        pulls.set(each.pullRequest, { base: each.base, own, reviewed, promotedTo });
      }
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
    const report = await runs.report(number);
    expect(report.baseline?.branch).toBe(base);
    // Only the settings of `evil` hide what an answer says.
    const changesAnAnswer = [...own.keys()].some((name) => PATHS.indexOf(name) < 2);
    const told = report.level === 'CONTENT' || report.level === 'BEHAVIOUR';
    expect(told).toBe(base === 'main' && changesAnAnswer);
  }
}
