import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Claims, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { ownerAndName, planOf } from '../support/push-files.js';
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

// Mallory may push branches and pull requests of a repository, and edits what their workflows say.

const PATH = 'tests/recordings/a.json';
const LEAK = `my key is ${openaiKey()}`;

describe.each(['embedded', 'postgres'] as const)('trust in workflows, %s', (database) => {
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

  /** A repository of its own for each test, with runs on its branches and pull requests. */
  const makeWorld = () => workflowRuns(issuer, registry, ++numbers);

  describe('a pull request does not choose its judge', () => {
    const SEVEN = { pullRequest: 7, base: 'main' };
    async function makeJudges() {
      const world = makeWorld();
      await world.push(world.onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      const evil = await world.push(world.onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
      const seven = world.onPull(7, 'main', { actor: 'mallory' });
      return { ...world, seven, evil: evil.snapshot?.id ?? '' };
    }

    it('by a snapshot or a commit of a branch of its author as the baseline: refused', async () => {
      const { push, seven, report, evil, onBranch } = await makeJudges();
      const commit = 'e'.repeat(40);
      await push(onBranch('evil', { sha: commit }), { branch: 'evil' }, {}, { commit });
      expect(await push(seven, SEVEN, { [PATH]: recording('bad') })).toMatchObject({ __typename: 'Push' });
      const before = (await report(7)).level;
      for (const baseline of [evil, commit]) {
        for (const ref of [SEVEN, { pullRequest: 7 }]) {
          expect(await push(seven, ref, {}, { baseline })).toMatchObject({
            __typename: 'InvalidInput',
            message: expect.stringContaining('is no state of branch main, which judges this pull request'),
          });
        }
      }
      expect(before).not.toBe(null);
      expect((await report(7)).level).toBe(before);
    });

    it('but a state of its base may be its baseline', async () => {
      const { push, seven, onBranch } = await makeJudges();
      const main = await push(onBranch('main'), { branch: 'main' }, { 'tests/recordings/b.json': '1' });
      const pushed = await push(seven, SEVEN, {}, { baseline: main.snapshot?.id ?? '' });
      expect(pushed.baseline?.id).toBe(main.snapshot?.id);
    });

    it('by leaving its base out: that of the claims counts, and allows no secret', async () => {
      const { push, letIn, seven, onPull, files } = await makeJudges();
      const add = { 'tests/recordings/s.json': recording(LEAK) };
      await letIn(add);
      // It lay over the branch whose settings allow everything before it was retargeted.
      const onEvil = { pullRequest: 7, base: 'evil' };
      expect(await push(onPull(7, 'evil'), onEvil, {})).toMatchObject({ __typename: 'Push' });
      expect(await push(seven, { pullRequest: 7 }, add)).toMatchObject({ __typename: 'SecretsFound' });
      expect(await push(seven, SEVEN, add)).toMatchObject({ __typename: 'SecretsFound' });
      expect(Object.keys(await files(SEVEN))).toEqual([PATH]);
    });

    it('by a retarget: the promotion refuses what the branch does not allow, and changes nothing', async () => {
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

    it('and what the settings of its base allow is let in, and promoted', async () => {
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

  describe('a promotion', () => {
    const B = 'tests/recordings/b.json';
    const head = 'b'.repeat(40);
    const later = 'c'.repeat(40);
    const FIELDS = '... on Promotion { promoted reason warnings }';

    it('to a branch whose base it is not is refused, so that none rolls the default branch back', async () => {
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

    it('to another branch by a token does not forget the promotion to the base', async () => {
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

    it('of a stacked pull request goes to the default branch without a push after its retarget', async () => {
      const { push, onPull, onBranch, mutate, files } = makeWorld();
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(9, 'feature'), { pullRequest: 9 }, { [B]: recording('stacked') }, { commit: head });
      const input = { pullRequest: 9, branch: 'main', head };
      expect(await mutate(onBranch('main'), 'promote', input, FIELDS)).toMatchObject({ promoted: true });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('stacked'));
    });

    it('brings what was pushed for the merged head commit, and nothing that came after it', async () => {
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
        message: expect.stringContaining('no run of its head commit dddddddddd pushed'),
      });
      expect(await promote({ head })).toMatchObject({
        promoted: true,
        warnings: ['what it pushed after version 1 stays with it, up to version 2'],
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

    it('brings nothing of a re-run of the merged commit that came after the merge', async () => {
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
      expect(await promote(-1)).toMatchObject({ __typename: 'InvalidInput' });
      expect(await promote(1)).toMatchObject({ promoted: true, warnings: [expect.any(String)] });
      expect((await files({ branch: 'main' }))[B]).toBe(recording('reviewed'));
    });

    it('of a pull request that changes nothing needs no run of its head commit', async () => {
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

  describe('a run', () => {
    it('of a pull request accepts in the name that GitHub signed, whoever it says set the label', async () => {
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

    it('of a branch notes the commit that GitHub signed, not one that it names', async () => {
      const { repository, push, onBranch } = makeWorld();
      const [of, free] = ['1'.repeat(40), '2'.repeat(40)];
      const at = (commit: string) => planOf(registry, repository, { at: { commit } });
      const release = onBranch('release/1', { sha: of });
      await push(release, { branch: 'release/1' }, { [PATH]: recording('release') }, { commit: of });
      const before = await at(of);
      for (const commit of [of, free]) {
        const run = onBranch('evil', { sha: '3'.repeat(40) });
        const pushed = await push(run, { branch: 'evil' }, { [PATH]: recording('evil') }, { commit });
        const told = expect.stringContaining(`${commit}, which it named, is not noted`);
        expect(pushed.warnings).toContainEqual(told);
      }
      expect((await at(of)).snapshot).toEqual(before.snapshot);
      expect((await at(free)).__typename).toBe('NotFound');
      // A branch that is made at the same commit is on it, too; who noted it first keeps it.
      await push(onBranch('evil', { sha: of }), { branch: 'evil' }, { [PATH]: recording('evil too') });
      expect((await at(of)).snapshot).toEqual(before.snapshot);
    });

    it('of a pull request takes no commit of another one', async () => {
      const { repository, push, onPull, onBranch } = makeWorld();
      const commit = '4'.repeat(40);
      const at = async () => (await planOf(registry, repository, { at: { commit } })).snapshot;
      await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
      await push(onPull(8, 'main'), { pullRequest: 8 }, { [PATH]: recording('of 8') }, { commit });
      const before = await at();
      await push(onPull(7, 'main'), { pullRequest: 7 }, { [PATH]: recording('of 7') }, { commit });
      expect(await at()).toEqual(before);
    });

    it('of an owner that took the name of another account is refused', async () => {
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

  it('a branch whose name looks like main is shown with its code points, in reports and on pages', async () => {
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

  async function signedIn(): Promise<string> {
    const answer = await sendForm(registry, '/-/sign-in', { token: registry.adminToken, return: '/' });
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }
});
