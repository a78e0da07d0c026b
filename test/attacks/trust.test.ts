import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type Claims, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { ownerAndName, planOf, pullFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';
import { sendForm } from '../support/web-page.js';
import {
  AUDIENCE,
  EVERYTHING,
  recording,
  workflowEnvironment,
  workflowRuns,
} from '../support/workflow-runs.js';

// Mallory can push branches and open pull requests in a repository, and edits their workflows.

const PATH = 'tests/recordings/a.json';
const LEAK = `my key is ${openaiKey()}`;

describe.each(['embedded', 'postgres'] as const)('untrusted workflows, %s', (database) => {
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let numbers = 0;
  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: workflowEnvironment(issuer),
    });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  /** A new repository for each test, with runs on its branches and pull requests. */
  const makeWorld = () => workflowRuns(issuer, registry, ++numbers);

  describe('the settings that apply to a pull request', () => {
    const SEVEN = { pullRequest: 7, base: 'main' };
    async function makeJudges() {
      const world = makeWorld();
      await world.push(world.onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      const evil = await world.push(world.onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
      const seven = world.onPull(7, 'main', { actor: 'mallory' });
      return { ...world, seven, evil: evil.snapshot?.id ?? '' };
    }

    it('a snapshot or a commit of a branch of its author is refused as the baseline', async () => {
      const { push, seven, report, evil, onBranch } = await makeJudges();
      const commit = 'e'.repeat(40);
      await push(onBranch('evil', { sha: commit }), { branch: 'evil' }, {}, { commit });
      expect(await push(seven, SEVEN, { [PATH]: recording('bad') })).toMatchObject({ __typename: 'Push' });
      const before = (await report(7)).level;
      for (const baseline of [evil, commit]) {
        for (const ref of [SEVEN, { pullRequest: 7 }]) {
          expect(await push(seven, ref, {}, { baseline })).toMatchObject({
            __typename: 'InvalidInput',
            message: expect.stringContaining('is not a state of branch main, the base of this pull request'),
          });
        }
      }
      expect(before).not.toBe(null);
      expect((await report(7)).level).toBe(before);
    });

    it('a snapshot of its base is accepted as the baseline', async () => {
      const { push, seven, onBranch } = await makeJudges();
      const main = await push(onBranch('main'), { branch: 'main' }, { 'tests/recordings/b.json': '1' });
      const pushed = await push(seven, SEVEN, {}, { baseline: main.snapshot?.id ?? '' });
      expect(pushed.baseline?.id).toBe(main.snapshot?.id);
    });

    it('a push that omits the base uses the base in the claims, and a secret is refused', async () => {
      const { push, letIn, seven, onPull, files } = await makeJudges();
      const add = { 'tests/recordings/s.json': recording(LEAK) };
      await letIn(add);
      // Before the retarget, its base was the branch whose settings allow everything.
      const onEvil = { pullRequest: 7, base: 'evil' };
      expect(await push(onPull(7, 'evil'), onEvil, {})).toMatchObject({ __typename: 'Push' });
      expect(await push(seven, { pullRequest: 7 }, add)).toMatchObject({ __typename: 'SecretsFound' });
      expect(await push(seven, SEVEN, add)).toMatchObject({ __typename: 'SecretsFound' });
      expect(Object.keys(await files(SEVEN))).toEqual([PATH]);
    });

    it('after a retarget, the promotion refuses a secret that the target branch does not allow', async () => {
      const { push, letIn, onPull, onBranch, mutate, files } = await makeJudges();
      const add = { [PATH]: recording(LEAK) };
      await letIn(add);
      expect(await push(onPull(11, 'evil'), { pullRequest: 11 }, add)).toMatchObject({ __typename: 'Push' });
      expect(await mutate(onBranch('main'), 'promote', { pullRequest: 11, branch: 'main' })).toEqual({
        __typename: 'SecretsFound',
        message: expect.stringContaining(`main does not allow what looks like a secret in ${PATH}`),
      });
      expect(await files({ branch: 'main' })).toEqual({ [PATH]: recording('good') });
    });

    it('an older, more permissive snapshot of its base changes nothing: the newest settings of the base apply', async () => {
      const { push, letIn, report, onBranch, onPull } = makeWorld();
      const [lax, strict] = ['1'.repeat(40), '2'.repeat(40)];
      const onMain = (sha: string) => onBranch('main', { sha });
      const good = { [PATH]: recording('good') };
      const old = await push(onMain(lax), { branch: 'main' }, good, { commit: lax, settings: EVERYTHING });
      await push(onMain(strict), { branch: 'main' }, {}, { commit: strict, settings: '' });
      const seven = onPull(7, 'main');
      const bad = { [PATH]: recording('bad') };
      for (const named of [{ candidates: [lax] }, { baseline: lax }, { baseline: old.snapshot?.id ?? '' }]) {
        const pushed = await push(seven, SEVEN, bad, named);
        expect(pushed.baseline?.id, JSON.stringify(named)).toBe(old.snapshot?.id);
        expect((await report(7)).level, JSON.stringify(named)).toBe('CONTENT');
      }
      const add = { 'tests/recordings/s.json': recording(LEAK) };
      await push(onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
      await letIn(add);
      expect(await push(seven, SEVEN, add, { baseline: lax })).toMatchObject({ __typename: 'SecretsFound' });
    });

    it('if its base has no recordings, the settings of the default branch apply', async () => {
      const { push, letIn, onPull, onBranch } = await makeJudges();
      const add = { 'tests/recordings/s.json': recording(LEAK) };
      await letIn(add);
      const ref = { pullRequest: 12, base: 'release/1' };
      const run = onPull(12, 'release/1');
      expect(await push(run, ref, add)).toMatchObject({ __typename: 'SecretsFound' });
      await push(onBranch('main'), { branch: 'main' }, {}, { settings: EVERYTHING });
      expect(await push(run, ref, add)).toMatchObject({ __typename: 'Push' });
    });

    it('a secret that the settings of its base allow is pushed and promoted', async () => {
      const { push, letIn, seven, onBranch, mutate, files } = await makeJudges();
      await push(onBranch('main'), { branch: 'main' }, {}, { settings: EVERYTHING });
      const add = { [PATH]: recording(LEAK) };
      await letIn(add);
      expect(await push(seven, { pullRequest: 7 }, add)).toMatchObject({ __typename: 'Push' });
      expect(await mutate(onBranch('main'), 'promote', { pullRequest: 7, branch: 'main' })).toEqual({
        __typename: 'Promotion',
      });
      expect(await files({ branch: 'main' })).toEqual(add);
    });
  });

  describe('promotions', () => {
    const B = 'tests/recordings/b.json';
    const head = 'b'.repeat(40);
    const later = 'c'.repeat(40);
    const FIELDS = '... on Promotion { promoted reason warnings }';

    it('a promotion to a branch that is not the base is refused, so it cannot roll back the default branch', async () => {
      const { push, onPull, onBranch, mutate, files } = makeWorld();
      const promote = (branch: string) =>
        mutate(onBranch(branch), 'promote', { pullRequest: 8, branch }, FIELDS);
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onBranch('evil'), { branch: 'evil' }, {});
      await push(onPull(8, 'main'), { pullRequest: 8 }, { [B]: recording('old') });
      expect(await promote('main')).toMatchObject({ promoted: true });
      await push(onBranch('main'), { branch: 'main' }, { [B]: recording('fixed later') });
      expect(await promote('evil')).toEqual({
        __typename: 'Forbidden',
        message: expect.stringContaining('a run on branch evil may not promote pull request #8'),
      });
      expect(await promote('main')).toMatchObject({ promoted: false });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('fixed later'));
    });

    it('a promotion to another branch with a token does not allow a second promotion to the base', async () => {
      const { repository, push, onPull, onBranch, files } = makeWorld();
      const promote = async (branch: string) => {
        const input = { ...ownerAndName(repository), pullRequest: 8, branch };
        const { promote: answer } = await registry.ask<{ promote: unknown }>(
          `mutation ($input: PromoteInput!) { promote(input: $input) { ${FIELDS} } }`,
          { input },
        );
        return answer;
      };
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(8, 'main'), { pullRequest: 8 }, { [B]: recording('old') });
      expect(await promote('main')).toMatchObject({ promoted: true });
      await push(onBranch('main'), { branch: 'main' }, { [B]: recording('fixed later') });
      expect(await promote('release')).toMatchObject({ promoted: true });
      expect(await promote('main')).toMatchObject({ promoted: false });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('fixed later'));
    });

    it('a stacked pull request is promoted to the default branch without a push after its retarget', async () => {
      const { push, onPull, onBranch, mutate, files } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(9, 'feature'), { pullRequest: 9 }, { [B]: recording('stacked') }, { commit: head });
      const input = { pullRequest: 9, branch: 'main', head };
      expect(await mutate(onBranch('main'), 'promote', input, FIELDS)).toMatchObject({ promoted: true });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('stacked'));
    });

    it('a promotion contains what was pushed for the merged head commit, and nothing that was pushed later', async () => {
      const { push, onPull, onBranch, mutate, files } = makeWorld();
      const main = onBranch('main');
      const promote = (more: object) =>
        mutate(main, 'promote', { pullRequest: 5, branch: 'main', ...more }, FIELDS);
      const run = onPull(5, 'main');
      await push(main, { branch: 'main' }, { [PATH]: recording('good') });
      await push(run, { pullRequest: 5 }, { [B]: recording('reviewed') }, { commit: head });
      await push(run, { pullRequest: 5 }, { [B]: recording('not reviewed') }, { commit: later });
      expect(await promote({ head: 'd'.repeat(40) })).toEqual({
        __typename: 'InvalidInput',
        message: expect.stringMatching(
          /no run of its head commit dddddddddd pushed.* version 2, pushed for commit cccccccccc .*`fixtures promote --pull-request 5 --base main`/,
        ),
      });
      expect(await promote({ head })).toMatchObject({
        promoted: true,
        warnings: ['only version 1 is promoted; later versions, up to version 2, are not'],
      });
      expect(await push(run, { pullRequest: 5 }, { [B]: recording('late') }, { commit: head })).toEqual({
        __typename: 'Forbidden',
        message: expect.stringContaining('pull request #5 was merged'),
      });
      for (const more of [{ head }, { head: later }, {}]) {
        expect(await promote(more)).toMatchObject({ promoted: false });
      }
      expect((await files({ branch: 'main' }))[B]).toBe(recording('reviewed'));
    });

    it('a merged commit without a run is not promoted until a token promotes it; then the job succeeds', async () => {
      const { repository, push, onPull, onBranch, mutate, files } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(5, 'main'), { pullRequest: 5 }, { [B]: recording('earlier') }, { commit: head });
      const input = { pullRequest: 5, branch: 'main', head: later };
      const job = () => mutate(onBranch('main'), 'promote', input, FIELDS);
      const refused = await job();
      expect(refused).toMatchObject({
        __typename: 'InvalidInput',
        message: expect.stringContaining('is not promoted and main is unchanged'),
      });
      expect(await files({ branch: 'main' })).toEqual({ [PATH]: recording('good') });
      const command = /`fixtures ([^`]+)`/.exec(refused?.message ?? '')?.[1]?.split(' ') ?? [];
      await using here = await makeFolder({});
      expect(await runFixtures({ registry, repository }, here, command)).toMatchObject({ status: 0 });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('earlier'));
      expect(await job()).toMatchObject({ promoted: false });
    });

    it('a promotion contains nothing of a re-run that pushed after the merge', async () => {
      const { repository, push, onPull, onBranch, mutate, files } = makeWorld();
      const run = onPull(5, 'main');
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(run, { pullRequest: 5 }, { [B]: recording('reviewed') }, { commit: head });
      const answer = await registry.ask<{ repository: { pullRequest: { snapshot: { createdAt: string } } } }>(
        `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
          pullRequest(number: 5) { snapshot { createdAt } } } }`,
        ownerAndName(repository),
      );
      const pushedAt = Date.parse(answer.repository.pullRequest.snapshot.createdAt);
      // The clocks of GitHub and of the registry may differ by a minute.
      const mergedAt = (after: number) => new Date(pushedAt - 60_000 + after).toISOString();
      await push(run, { pullRequest: 5 }, { [B]: recording('re-run') }, { commit: head });
      const promote = (after: number) => {
        const input = { pullRequest: 5, branch: 'main', head, mergedAt: mergedAt(after) };
        return mutate(onBranch('main'), 'promote', input, FIELDS);
      };
      expect(await promote(-1)).toEqual({
        __typename: 'InvalidInput',
        message: expect.stringContaining('head commit bbbbbbbbbb pushed only after the merge'),
      });
      expect(await promote(1)).toMatchObject({ promoted: true, warnings: [expect.any(String)] });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('reviewed'));
    });

    it('a pull request without changes needs no run of its head commit', async () => {
      const { push, onPull, onBranch, mutate } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(5, 'main'), { pullRequest: 5 }, {}, { commit: head });
      const input = { pullRequest: 5, branch: 'main', head: later };
      expect(await mutate(onBranch('main'), 'promote', input, FIELDS)).toMatchObject({
        promoted: false,
        reason: 'pull request #5 changes no recordings',
      });
    });
  });

  describe('a merged or closed pull request', () => {
    const B = 'tests/recordings/b.json';
    const head = 'b'.repeat(40);
    /** The first attempt of a run, and its re-run, which keeps the number. */
    const attempt = (id: number, number = 1) => ({ run_id: String(id), run_attempt: String(number) });
    const TITLE = '... on Promotion { promoted }';

    async function makeReviewed() {
      const world = makeWorld();
      const { push, onBranch, onPull, mutate } = world;
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      const run = onPull(5, 'main', attempt(100));
      await push(run, { pullRequest: 5 }, { [B]: recording('reviewed') }, { commit: head });
      /** The pull request in the registry. */
      const state = async () => {
        type Snapshot = { id: string; isRerun: boolean; pullRequest: number; base: Snapshot | null };
        type Pull = { closedAt: string | null; snapshot: Snapshot; rerun: Snapshot | null };
        const fields = 'id isRerun pullRequest';
        const answer = await registry.ask<{ repository: { pullRequest: Pull } }>(
          `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { pullRequest(number: 5) {
            closedAt snapshot { ${fields} } rerun { ${fields} base { ${fields} } } } } }`,
          ownerAndName(world.repository),
        );
        return answer.repository.pullRequest;
      };
      const close = (claims: Claims, pullRequest = 5) =>
        mutate(claims, 'closePullRequest', { pullRequest }, '... on ClosedPullRequest { changed }');
      const promote = (more: object = { head }) =>
        mutate(onBranch('main'), 'promote', { pullRequest: 5, branch: 'main', ...more }, TITLE);
      return {
        ...world,
        state,
        close,
        promote,
        commitState: (commit: string) => planOf(registry, world.repository, { at: { commit } }),
      };
    }

    it('stores pushes of re-runs separately; they are never promoted, reported or pulled for its commit', async () => {
      const { repository, push, onPull, promote, state, files, report, commitState } = await makeReviewed();
      expect(await promote()).toMatchObject({ promoted: true });
      const before = { state: await state(), report: await report(5), at: await commitState(head) };
      const add = { [B]: recording('not reviewed'), 'tests/recordings/c.json': recording('new') };
      const rerun = onPull(5, 'main', attempt(100, 2));
      for (const base of ['main', 'evil']) {
        const claims = onPull(5, base, attempt(100, 3));
        expect(
          await push(claims, { pullRequest: 5 }, { [B]: recording(base) }, { commit: head }),
        ).toMatchObject({
          __typename: 'Push',
        });
      }
      const pushed = await push(rerun, { pullRequest: 5 }, add, { commit: head });
      expect(pushed.warnings).toEqual([
        'pull request #5 was merged: it was promoted to main as version 2. This re-run is stored separately: ' +
          'it is never promoted, and the report of the pull request does not change',
      ]);
      expect(await push(rerun, { pullRequest: 5 }, {}, { commit: 'c'.repeat(40) })).toMatchObject({
        __typename: 'Push',
      });
      // It is stored, marked as a re-run, and its base is the snapshot of the pull request.
      const now = await state();
      expect(now.rerun).toMatchObject({ isRerun: true, pullRequest: 5, id: pushed.snapshot?.id });
      expect(now.rerun?.base).toEqual(before.state.snapshot);
      expect(await pullFiles(registry, repository, { at: { snapshot: pushed.snapshot?.id ?? '' } })).toEqual({
        [PATH]: recording('good'),
        ...add,
      });
      // It appears nowhere else.
      expect(now.snapshot).toEqual({ ...before.state.snapshot, isRerun: false });
      expect(await report(5)).toEqual(before.report);
      expect((await commitState(head)).snapshot).toEqual(before.at.snapshot);
      expect((await commitState('c'.repeat(40))).__typename).toBe('NotFound');
      for (const more of [{ head }, { head: 'c'.repeat(40) }, {}]) {
        expect(await promote(more)).toMatchObject({ promoted: false });
      }
      const byToken = await registry.ask<{ promote: { promoted: boolean } }>(
        `mutation ($input: PromoteInput!) { promote(input: $input) { ${TITLE} } }`,
        { input: { ...ownerAndName(repository), pullRequest: 5, branch: 'main' } },
      );
      expect(byToken.promote.promoted).toBe(false);
      expect((await files({ branch: 'main' }))[B]).toBe(recording('reviewed'));
      // It cannot be the baseline of another pull request either.
      const baseline = pushed.snapshot?.id ?? '';
      expect(await push(onPull(6, 'main'), { pullRequest: 6 }, {}, { baseline })).toMatchObject({
        __typename: 'InvalidInput',
      });
      const events = await auditOf(registry, repository, { action: 'PUSH' });
      const reruns = events.filter(({ detail }) => detail?.startsWith('re-run, stored separately'));
      expect(reruns.map(({ target }) => target)).toEqual(Array(4).fill('refs/pull/5'));
    });

    it('refuses a run that falsely claims to be a re-run', async () => {
      const { push, onPull, promote } = await makeReviewed();
      await promote();
      for (const run_attempt of ['1', '0', '-2', '2.0', '', 2]) {
        const claims = onPull(5, 'main', { run_id: '100', run_attempt });
        expect(await push(claims, { pullRequest: 5 }, { [B]: recording('late') })).toMatchObject({
          __typename: 'Forbidden',
          message: expect.stringContaining('pull request #5 was merged'),
        });
      }
    });

    it('refuses runs from before it was closed, and accepts runs from after it was reopened', async () => {
      const { push, close, onPull, onBranch, promote, state, files } = await makeReviewed();
      const ref = { pullRequest: 5 };
      const pushAs = (id: number, text: string, number = 1) =>
        push(onPull(5, 'main', attempt(id, number)), ref, { [B]: recording(text) }, { commit: head });
      expect((await state()).closedAt).toBe(null);
      expect(await close(onPull(5, 'main', attempt(200)))).toMatchObject({ changed: true });
      expect(await close(onPull(5, 'main', attempt(200)))).toMatchObject({ changed: false });
      expect((await state()).closedAt).not.toBe(null);
      for (const id of [100, 150, 200]) {
        expect(await pushAs(id, 'late')).toEqual({
          __typename: 'Forbidden',
          message: 'pull request #5 was closed. Its runs may push again once it is reopened',
        });
      }
      expect((await pushAs(100, 're-run', 2)).warnings).toEqual([expect.stringContaining('was closed')]);
      expect((await files(ref))[B]).toBe(recording('reviewed'));
      expect((await state()).rerun?.isRerun).toBe(true);

      expect(await pushAs(300, 'again')).toMatchObject({ __typename: 'Push', warnings: [] });
      expect(await state()).toMatchObject({ closedAt: null, snapshot: { isRerun: false } });
      // A slow job that closes the pull request does not affect the runs that started after it.
      expect(await close(onPull(5, 'main', attempt(200)))).toMatchObject({ changed: true });
      expect(await pushAs(300, 'reviewed again')).toMatchObject({ __typename: 'Push', warnings: [] });
      expect(await promote()).toMatchObject({ promoted: true });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('reviewed again'));
      expect(await pushAs(400, 'late')).toMatchObject({ __typename: 'Forbidden' });
      expect(await push(onBranch('main'), { branch: 'main' }, {})).toMatchObject({ __typename: 'Push' });
    });

    it('can be closed only by its own runs and by those of its base', async () => {
      const { repository, close, run, push, onPull, onBranch, state } = await makeReviewed();
      await push(onBranch('evil'), { branch: 'evil' }, {});
      const forbidden = (words: string) => ({
        __typename: 'Forbidden',
        message: expect.stringContaining(words),
      });
      expect(await close(onPull(6, 'main'))).toEqual(forbidden('may only write to that pull request'));
      expect(await close(onBranch('evil'))).toEqual(forbidden('may only write to that branch'));
      expect(await close(run('workflow_run', 'refs/heads/main'))).toEqual(
        forbidden('may not close pull request #5'),
      );
      expect(await close(run('pull_request_target', 'refs/heads/main'))).toEqual(forbidden('may not write'));
      expect(await close(run('workflow_dispatch', 'refs/heads/evil'))).toEqual(
        forbidden('may only write to that branch'),
      );
      // The base of a pull request that never pushed is unknown.
      expect(await close(onBranch('main'), 9)).toEqual(forbidden('may only write to that branch'));
      const asToken = await registry.ask<{ closePullRequest: object }>(
        `mutation ($input: ClosePullRequestInput!) { closePullRequest(input: $input) {
          __typename ... on Problem { message } } }`,
        { input: { ...ownerAndName(repository), pullRequest: 5 } },
      );
      expect(asToken.closePullRequest).toEqual(forbidden('a token cannot close it'));
      expect(await close(onPull(5, 'main'), 0)).toMatchObject({ __typename: 'InvalidInput' });
      expect((await state()).closedAt).toBe(null);
      expect(await auditOf(registry, repository, { action: 'CLOSE' })).toHaveLength(8);

      expect(await close(onBranch('main'))).toMatchObject({ changed: true });
      expect((await state()).closedAt).not.toBe(null);
      expect((await auditOf(registry, repository, { action: 'CLOSE' })).at(-1)).toMatchObject({
        ...{ outcome: 'DONE', target: 'refs/pull/5', detail: 'closed without a merge at version 1' },
      });
    });

    it('refuses late runs and stores re-runs separately, even if it never pushed before', async () => {
      const { push, close, onPull, files } = await makeReviewed();
      expect(await close(onPull(9, 'main', attempt(200)), 9)).toMatchObject({ changed: true });
      const late = { [B]: recording('late') };
      expect(await push(onPull(9, 'main', attempt(100)), { pullRequest: 9 }, late)).toMatchObject({
        __typename: 'Forbidden',
      });
      const rerun = await push(onPull(9, 'main', attempt(100, 2)), { pullRequest: 9 }, late);
      expect(rerun).toMatchObject({ snapshot: { recordingCount: 2 }, warnings: [expect.any(String)] });
      expect(await files({ pullRequest: 9, base: 'main' })).toEqual({ [PATH]: recording('good') });
    });
  });

  describe('claims of a run', () => {
    it('a run accepts drift in the name that GitHub signed, not in the name that it sends', async () => {
      const { repository, push, onPull, onBranch, mutate } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      const run = onPull(7, 'main', { actor: 'mallory' });
      await push(run, { pullRequest: 7 }, { [PATH]: recording('bad') });
      const input = { pullRequest: 7, by: 'the-maintainer', means: 'LABEL' };
      const accepted = await mutate(run, 'acceptDrift', input, '... on AcceptedDrift { by count }');
      expect(accepted).toMatchObject({ by: 'mallory', count: 1 });
      const answer = await registry.ask<{ repository: { drift: { text: string } } }>(
        `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
          drift(pullRequest: 7) { text changes { nodes { accepted { by means } } } } } }`,
        ownerAndName(repository),
      );
      expect(answer.repository.drift).toMatchObject({
        text: expect.stringContaining('mallory accepted'),
        changes: { nodes: [{ accepted: { by: 'mallory', means: 'COMMAND' } }] },
      });
    });

    it('a run of a branch records the commit that GitHub signed, not the commit that it sends', async () => {
      const { repository, push, onBranch } = makeWorld();
      const [of, free] = ['1'.repeat(40), '2'.repeat(40)];
      const at = (commit: string) => planOf(registry, repository, { at: { commit } });
      const release = onBranch('release/1', { sha: of });
      await push(release, { branch: 'release/1' }, { [PATH]: recording('release') }, { commit: of });
      const before = await at(of);
      for (const commit of [of, free]) {
        const run = onBranch('evil', { sha: '3'.repeat(40) });
        const pushed = await push(run, { branch: 'evil' }, { [PATH]: recording('evil') }, { commit });
        const told = expect.stringContaining(`commit ${commit} is ignored`);
        expect(pushed.warnings).toContainEqual(told);
      }
      expect((await at(of)).snapshot).toEqual(before.snapshot);
      expect((await at(free)).__typename).toBe('NotFound');
      // A branch created at the same commit has it too, but the first snapshot of a commit keeps it.
      await push(onBranch('evil', { sha: of }), { branch: 'evil' }, { [PATH]: recording('evil too') });
      expect((await at(of)).snapshot).toEqual(before.snapshot);
    });

    it('a run of a pull request cannot take over the commit of another one', async () => {
      const { repository, push, onPull, onBranch } = makeWorld();
      const commit = '4'.repeat(40);
      const at = async () => (await planOf(registry, repository, { at: { commit } })).snapshot;
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(8, 'main'), { pullRequest: 8 }, { [PATH]: recording('of 8') }, { commit });
      const before = await at();
      await push(onPull(7, 'main'), { pullRequest: 7 }, { [PATH]: recording('of 7') }, { commit });
      expect(await at()).toEqual(before);
    });

    it('a run of an account that took over the name of another owner is refused', async () => {
      const { repository, push, onBranch, files } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      const ask = async (claims: Claims) => {
        const response = await fetch(`${registry.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${await issuer.token(claims, AUDIENCE)}`,
          },
          body: '{"query":"{ __typename }"}',
        });
        return [response.status, await response.text()];
      };
      const reborn = { repository_owner_id: '6666', repository_id: '99999' };
      for (const more of [reborn, { repository_owner_id: '6666' }, { ...reborn, repository: 'acme/new' }]) {
        expect(await ask(onBranch('main', more))).toEqual([
          401,
          expect.stringContaining(
            'acme is now account 6666 on GitHub, but this registry knows it as account 65',
          ),
        ]);
      }
      expect(await files({ branch: 'main' })).toEqual({ [PATH]: recording('good') });
      expect((await ask(onBranch('main', { repository })))[0]).toBe(200);
    });
  });

  it('a branch whose name looks like main is shown with its code points in reports and on pages', async () => {
    const { repository, push, onBranch } = makeWorld();
    const alike = 'm\u0430in';
    await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
    await push(onBranch(alike), { branch: alike }, { [PATH]: recording('bad') });
    const answer = await registry.ask<{ repository: { drift: { text: string; markdown: string } } }>(
      `query ($owner: String!, $name: String!, $alike: String!) { repository(owner: $owner, name: $name) {
        drift(base: { branch: "main" }, head: { branch: $alike }) { text markdown } } }`,
      { ...ownerAndName(repository), alike },
    );
    const page = await fetch(`${registry.url}/${repository}`, {
      headers: { cookie: await signedIn() },
    });
    for (const text of [answer.repository.drift.text, answer.repository.drift.markdown, await page.text()]) {
      expect(text).toContain('m[U+0430]in');
      expect(text).not.toContain(`>${alike}<`);
    }
  });

  it('a branch whose name looks like main is shown with its code points in the log, in messages and on the terminal', async () => {
    const { repository, push, onBranch, mutate } = makeWorld();
    const [alike, shown] = ['m\u0430in', 'm[U+0430]in'];
    await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
    await push(onBranch(alike), { branch: alike }, { [PATH]: recording('bad') });
    const named = ownerAndName(repository);
    const asAdmin = async (name: string, type: string, input: object, fields: string) => {
      const answer = await registry.ask<Record<string, Record<string, unknown>>>(
        `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } ${fields} } }`,
        { input: { ...named, ...input } },
      );
      return answer[name];
    };
    // Both the warning about the default branch and the refusal of a write to main distinguish the names.
    const warned = await push(onBranch(alike), { branch: alike }, {}, { defaultBranch: alike });
    expect(warned.warnings).toEqual([expect.stringContaining(`${shown} is reported as the default branch`)]);
    const refused = await push(onBranch(alike), { branch: 'main' }, {});
    expect(refused.message).toBe(
      `a run on branch ${shown} may only write to that branch, not to branch main`,
    );
    await asAdmin(
      'createToken',
      'CreateTokenInput',
      { scope: 'WRITE', ref: alike },
      '... on NewToken { tokenId }',
    );
    const order = { pullRequest: 3, branch: alike };
    expect(await mutate(onBranch('main'), 'promote', order)).toMatchObject({
      message: expect.stringContaining(`not to branch ${shown}`),
    });
    await asAdmin(
      'changeRepository',
      'ChangeRepositoryInput',
      { defaultBranch: alike },
      '... on ChangedRepository { carriedAlong }',
    );

    const events = await auditOf(registry, repository);
    const sentences = events.map(({ who, detail }) => `${who}: ${detail}`);
    for (const words of [
      `workflow ${repository} (push ${shown}): version 1`,
      `scope write for ${shown}`,
      `defaultBranch: main to ${shown} (an admin changed it); ${shown} keeps its recordings`,
    ]) {
      expect(sentences).toContainEqual(expect.stringContaining(words));
    }
    expect(sentences.join('\n')).not.toContain(alike);
    // Machine-readable fields keep the exact name.
    expect(events.map(({ target }) => target)).toContain(`refs/heads/${alike}`);
    const { repository: now } = await registry.ask<{ repository: { defaultBranch: string } }>(
      'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { defaultBranch } }',
      named,
    );
    expect(now.defaultBranch).toBe(alike);

    await using here = await makeFolder({});
    const missing = await runFixtures({ registry, repository }, here, ['pull', '--branch', 'm\u0430\u0456n']);
    expect(missing).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('branch m[U+0430 U+0456]n in'),
    });
    const page = await fetch(`${registry.url}/${repository}/recording?path=${encodeURIComponent(PATH)}`, {
      headers: { cookie: await signedIn() },
    });
    const text = await page.text();
    expect(text).toContain(`${shown}, version 1`);
    expect(text).not.toContain(`${alike}, version`);
  });

  async function signedIn(): Promise<string> {
    const answer = await sendForm(registry, '/-/sign-in', { token: registry.adminToken, return: '/' });
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }
});
