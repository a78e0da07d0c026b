import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Claims, claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import {
  archiveOf,
  askToPush,
  ownerAndName,
  type PushAnswer,
  pullFiles,
  pushFiles,
  put,
  type RefArgument,
} from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const AUDIENCE = 'https://fixtures.acme.example';
const MAIN = { branch: 'main' };

interface Place {
  issuer: OidcIssuer;
  registry: TestRegistry;
}

async function startPlace(database: 'embedded' | 'postgres', path = ''): Promise<Place> {
  const issuer = await startOidcIssuer(path);
  const registry = await startRegistry({
    ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
    environment: {
      FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
      FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
      FIXTURE_REGISTRY_OIDC_ALLOW: 'acme,partner',
    },
  });
  return { issuer, registry };
}

describe.each(['embedded', 'postgres'] as const)('workflows, %s', (database) => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace(database);
  });
  afterAll(async () => {
    await place.registry[Symbol.asyncDispose]();
    await place.issuer[Symbol.asyncDispose]();
  });

  const tokenOf = (claims: Claims) => place.issuer.token(claims, AUDIENCE);

  /** Pushes a file from a run with these claims. */
  async function pushAs(claims: Claims, ref: RefArgument, path: string, more = {}): Promise<PushAnswer> {
    const push = {
      repository: String(claims['repository']),
      ref,
      add: { [path]: `"${path}"` },
      token: await tokenOf(claims),
      ...more,
    };
    const answer = await askToPush(place.registry, push);
    return answer.__typename === 'ContentMissing'
      ? ({ __typename: 'Push', ...(await pushFiles(place.registry, push)) } as PushAnswer)
      : answer;
  }

  const promoteAs = async (claims: Claims, pullRequest: number, branch: string) => {
    const { promote } = await place.registry.ask<{ promote: { __typename: string; message?: string } }>(
      'mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Problem { message } } }',
      { input: { ...ownerAndName(String(claims['repository'])), pullRequest, branch } },
      await tokenOf(claims),
    );
    return promote;
  };

  describe('write only what their event allows', () => {
    const repository = 'acme/rules';
    const run = (event: string, ref: string, baseRef = '') =>
      claimsOf({ repository, repositoryId: 1, event, ref, baseRef });
    const onMain = run('push', 'refs/heads/main');
    const onSeven = run('pull_request', 'refs/pull/7/merge', 'main');
    beforeAll(async () => {
      await pushAs(onMain, MAIN, 'recordings/main.json');
    });

    const SEVEN = { pullRequest: 7, base: 'main' };
    const EIGHT = { pullRequest: 8, base: 'main' };
    it.each([
      ['push to main', onMain, MAIN, 'Push'],
      ['push to main', onMain, { branch: 'release' }, 'Forbidden'],
      ['push to main', onMain, SEVEN, 'Forbidden'],
      ['schedule on main', run('schedule', 'refs/heads/main'), MAIN, 'Push'],
      [
        'workflow_dispatch on a branch',
        run('workflow_dispatch', 'refs/heads/topic'),
        { branch: 'topic' },
        'Push',
      ],
      ['workflow_dispatch on a branch', run('workflow_dispatch', 'refs/heads/topic'), MAIN, 'Forbidden'],
      ['workflow_dispatch on a tag', run('workflow_dispatch', 'refs/tags/v1'), MAIN, 'Forbidden'],
      ['push of a tag', run('push', 'refs/tags/main'), MAIN, 'Forbidden'],
      ['pull request #7', onSeven, SEVEN, 'Push'],
      ['pull request #7', onSeven, { pullRequest: 7 }, 'Push'],
      ['pull request #7', onSeven, EIGHT, 'Forbidden'],
      ['pull request #7', onSeven, MAIN, 'Forbidden'],
      ['pull request #7', onSeven, { branch: 'pull/7' }, 'Forbidden'],
      ['pull request #7', onSeven, { pullRequest: 7, base: 'release' }, 'Forbidden'],
      [
        'a pull request with a made-up ref',
        run('pull_request', 'refs/heads/main', 'main'),
        MAIN,
        'Forbidden',
      ],
      ['pull_request_target', run('pull_request_target', 'refs/heads/main', 'main'), MAIN, 'Forbidden'],
      ['pull_request_target', run('pull_request_target', 'refs/heads/main', 'main'), SEVEN, 'Forbidden'],
      [
        'the merge queue',
        run('merge_group', 'refs/heads/gh-readonly-queue/main/pr-7-abc'),
        MAIN,
        'Forbidden',
      ],
      ['an issue comment', run('issue_comment', 'refs/heads/main'), MAIN, 'Forbidden'],
      ['workflow_run on main', run('workflow_run', 'refs/heads/main'), MAIN, 'Forbidden'],
      ['workflow_run on main', run('workflow_run', 'refs/heads/main'), SEVEN, 'Forbidden'],
      [
        'workflow_run on main',
        run('workflow_run', 'refs/heads/main'),
        { pullRequest: 90, base: 'main' },
        'Push',
      ],
    ] as const)('%s (%#)', async (_name, claims, ref, expected) => {
      const path = `recordings/${Object.values(ref).join('-')}.json`.replaceAll('/', '-');
      const answer = await pushAs(claims, ref, path);
      expect(answer.__typename, answer.message).toBe(expected);
      // A refusal names what the run may write.
      if (expected === 'Forbidden')
        expect(answer.message).toMatch(/may|only|not a branch|not the merge ref|will be merged/);
    });

    it('lets a branch promote to itself only, and a pull request not at all', async () => {
      expect(await promoteAs(onMain, 6, 'main')).toMatchObject({ __typename: 'Promotion' });
      expect(await promoteAs(onMain, 6, 'release')).toMatchObject({ __typename: 'Forbidden' });
      expect(await promoteAs(onSeven, 7, 'main')).toMatchObject({ __typename: 'Forbidden' });
      expect(await promoteAs(run('workflow_run', 'refs/heads/main'), 90, 'main')).toMatchObject({
        __typename: 'Forbidden',
      });
    });

    const mutateAs = async (claims: Claims, name: string, type: string, input: object) => {
      const answer = await place.registry.ask<Record<string, { __typename: string; message?: string }>>(
        `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } } }`,
        { input: { ...ownerAndName(repository), ...input } },
        await tokenOf(claims),
      );
      return answer[name];
    };

    it('lets only the pull request itself accept its drift', async () => {
      await pushAs(onSeven, SEVEN, 'recordings/to-accept.json');
      const accept = async (claims: Claims, pullRequest: number) =>
        (await mutateAs(claims, 'acceptDrift', 'AcceptDriftInput', { pullRequest }))?.__typename;
      expect(await accept(run('pull_request', 'refs/pull/8/merge', 'main'), 7)).toBe('Forbidden');
      expect(await accept(onMain, 7)).toBe('Forbidden');
      expect(await accept(run('workflow_run', 'refs/heads/main'), 7)).toBe('Forbidden');
      expect(await accept(run('pull_request_target', 'refs/heads/main', 'main'), 7)).toBe('Forbidden');
      expect(await accept(onSeven, 7)).toBe('AcceptedDrift');
    });

    it('makes no run an admin: not even the default branch creates tokens, changes settings or purges', async () => {
      for (const [name, type, input] of [
        ['createToken', 'CreateTokenInput', { scope: 'READ' }],
        ['changeRepository', 'ChangeRepositoryInput', { visibility: 'PUBLIC' }],
        ['purgeContent', 'PurgeContentInput', { digest: 'a'.repeat(64), reason: 'x' }],
      ] as const) {
        expect(await mutateAs(onMain, name, type, input), name).toMatchObject({ __typename: 'Forbidden' });
      }
    });

    it('refuses uploads from a run that can only read', async () => {
      const upload = async (claims: Claims) =>
        (await put(place.registry, repository, await archiveOf(['1']), await tokenOf(claims))).status;
      expect(await upload(run('merge_group', 'refs/heads/gh-readonly-queue/main/pr-7-abc'))).toBe(403);
      expect(await upload(run('pull_request_target', 'refs/heads/main', 'main'))).toBe(403);
      expect(await upload(onSeven)).toBe(200);
    });

    it('marks what a workflow_run pushes as coming from a fork, permanently', async () => {
      const marked = async (number: number) => {
        const { repository: found } = await place.registry.ask<{
          repository: { pullRequest: { fromFork: boolean } };
        }>(`{ repository(owner: "acme", name: "rules") { pullRequest(number: ${number}) { fromFork } } }`);
        return found.pullRequest.fromFork;
      };
      const forks = run('workflow_run', 'refs/heads/main');
      await pushAs(forks, { pullRequest: 92, base: 'main' }, 'recordings/fork.json', { fromFork: false });
      expect(await marked(92)).toBe(true);
      await pushAs(
        run('pull_request', 'refs/pull/92/merge', 'main'),
        { pullRequest: 92 },
        'recordings/own.json',
      );
      expect(await marked(92)).toBe(true);
      expect(await marked(7)).toBe(false);
    });

    it('keeps a pull request from changing its base or a commit of its base', async () => {
      const commit = 'a'.repeat(40);
      await pushAs({ ...onMain, sha: commit }, MAIN, 'recordings/main.json', { commit });
      const before = await pullFiles(place.registry, repository, { at: { commit } });
      await pushAs(onSeven, SEVEN, 'recordings/evil.json', { commit, defaultBranch: 'evil' });
      expect(await pullFiles(place.registry, repository, { at: { commit } })).toEqual(before);
      expect(await pullFiles(place.registry, repository, { ref: MAIN, candidates: [commit] })).toEqual(
        before,
      );
      const { repository: found } = await place.registry.ask<{ repository: { defaultBranch: string } }>(
        '{ repository(owner: "acme", name: "rules") { defaultBranch } }',
      );
      expect(found.defaultBranch).toBe('main');
    });

    it('keeps another branch from changing a commit of the default branch by naming it', async () => {
      const commit = 'b'.repeat(40);
      await pushAs({ ...onMain, sha: commit }, MAIN, 'recordings/main.json', { commit });
      const before = await pullFiles(place.registry, repository, { at: { commit } });
      const onTopic = run('push', 'refs/heads/mine');
      await pushAs(onTopic, { branch: 'mine' }, 'recordings/evil.json', { commit });
      expect(await pullFiles(place.registry, repository, { at: { commit } })).toEqual(before);
      const baseline = { ref: EIGHT, baseline: commit };
      expect(await pullFiles(place.registry, repository, baseline)).toEqual(before);
    });

    it('takes the default branch from a workflow_run, even if the registry has another', async () => {
      const first = (event: string, branch: string) =>
        claimsOf({ repository: 'acme/trunk', repositoryId: 3, event, ref: `refs/heads/${branch}` });
      const fork = (pullRequest: number, base: string) => ({ pullRequest, base });
      expect(
        await pushAs(first('workflow_run', 'trunk'), fork(1, 'trunk'), 'recordings/a.json'),
      ).toMatchObject({
        __typename: 'Push',
      });
      await pushAs(first('push', 'trunk'), { branch: 'trunk' }, 'recordings/b.json');
      expect(await pushAs(first('workflow_run', 'next'), fork(2, 'next'), 'recordings/c.json')).toMatchObject(
        {
          __typename: 'Push',
        },
      );
      const files = await pullFiles(place.registry, 'acme/trunk', { ref: { branch: 'next' } });
      expect(Object.keys(files)).toEqual(['recordings/b.json']);
    });

    it('never takes the default branch from a pull request that comes first', async () => {
      const first = claimsOf({
        repository: 'acme/first',
        repositoryId: 2,
        event: 'pull_request',
        ref: 'refs/pull/1/merge',
        baseRef: 'main',
      });
      await pushAs(first, { pullRequest: 1 }, 'recordings/a.json', { defaultBranch: 'evil' });
      const { repository: found } = await place.registry.ask<{
        repository: { defaultBranch: string; visibility: string };
      }>('{ repository(owner: "acme", name: "first") { defaultBranch visibility } }');
      expect(found).toEqual({ defaultBranch: 'main', visibility: 'PRIVATE' });
    });
  });

  describe('are identified by the id of their repository', () => {
    const named = (repository: string, repositoryId: number) => claimsOf({ repository, repositoryId });
    const filesOf = async (repository: string) =>
      Object.keys(await pullFiles(place.registry, repository, { ref: MAIN })).sort();

    it('keeps the recordings of a renamed repository, and starts a new one under the old name empty', async () => {
      await pushAs(named('acme/old', 10), MAIN, 'recordings/of-ten.json');
      await pushAs(named('acme/renamed', 10), MAIN, 'recordings/later.json');
      expect(await filesOf('acme/renamed')).toEqual(['recordings/later.json', 'recordings/of-ten.json']);

      await pushAs(named('acme/old', 11), MAIN, 'recordings/of-eleven.json');
      expect(await filesOf('acme/old')).toEqual(['recordings/of-eleven.json']);
      expect(await filesOf('acme/renamed')).toEqual(['recordings/later.json', 'recordings/of-ten.json']);
    });

    it('separates a new repository under the old name even before the rename is known', async () => {
      await pushAs(named('acme/taken', 20), MAIN, 'recordings/of-twenty.json');
      await pushAs(named('acme/taken', 21), MAIN, 'recordings/of-twentyone.json');
      expect(await filesOf('acme/taken')).toEqual(['recordings/of-twentyone.json']);
      expect(await filesOf('acme/taken.was-20')).toEqual(['recordings/of-twenty.json']);
      await pushAs(named('acme/elsewhere', 20), MAIN, 'recordings/more.json');
      expect(await filesOf('acme/elsewhere')).toEqual(['recordings/more.json', 'recordings/of-twenty.json']);
    });

    it('follows a transfer to another allowed owner, not to other owners', async () => {
      await pushAs(named('acme/moving', 30), MAIN, 'recordings/a.json');
      await pushAs(named('partner/moving', 30), MAIN, 'recordings/b.json');
      expect(await filesOf('partner/moving')).toEqual(['recordings/a.json', 'recordings/b.json']);
      const evil = await fetch(`${place.registry.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenOf(named('evil/moving', 30))}`,
        },
        body: '{"query":"{ __typename }"}',
      });
      expect(evil.status).toBe(401);
      expect(await filesOf('partner/moving')).toEqual(['recordings/a.json', 'recordings/b.json']);
    });

    it('links a repository that an admin created to the first workflow under its name', async () => {
      await pushFiles(place.registry, {
        repository: 'acme/made',
        ref: MAIN,
        add: { 'recordings/a.json': '1' },
      });
      await pushAs(named('acme/made', 40), MAIN, 'recordings/b.json');
      expect(await filesOf('acme/made')).toEqual(['recordings/a.json', 'recordings/b.json']);
      await pushAs(named('acme/made', 41), MAIN, 'recordings/c.json');
      expect(await filesOf('acme/made')).toEqual(['recordings/c.json']);
    });

    it('replaces an unused repository that an admin created when another is renamed to its name', async () => {
      await pushAs(named('acme/before', 60), MAIN, 'recordings/a.json');
      const input = { owner: 'acme', name: 'after', scope: 'READ' };
      await place.registry.ask(
        'mutation ($input: CreateTokenInput!) { createToken(input: $input) { __typename } }',
        { input },
      );
      await pushAs(named('acme/after', 60), MAIN, 'recordings/b.json');
      expect(await filesOf('acme/after')).toEqual(['recordings/a.json', 'recordings/b.json']);
      expect(await filesOf('acme/after.was-unused')).toEqual([]);
    });

    it('refuses a renamed repository while recordings exist under both names', async () => {
      await pushAs(named('acme/one', 70), MAIN, 'recordings/of-seventy.json');
      const add = { 'recordings/by-hand.json': '1' };
      await pushFiles(place.registry, { repository: 'acme/two', ref: MAIN, add });
      const refused = await fetch(`${place.registry.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenOf(named('acme/two', 70))}`,
        },
        body: '{"query":"{ __typename }"}',
      });
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain('recordings of acme/two twice: under acme/one');
      expect(await filesOf('acme/two')).toEqual(['recordings/by-hand.json']);
      expect(await filesOf('acme/one')).toEqual(['recordings/of-seventy.json']);
    });

    it('finds a free name to set a repository aside when the usual one is in use', async () => {
      await pushAs(named('acme/named.was-80', 81), MAIN, 'recordings/of-eightyone.json');
      await pushAs(named('acme/named', 80), MAIN, 'recordings/of-eighty.json');
      await pushAs(named('acme/named', 82), MAIN, 'recordings/of-eightytwo.json');
      expect(await filesOf('acme/named')).toEqual(['recordings/of-eightytwo.json']);
      expect(await filesOf('acme/named.was-80')).toEqual(['recordings/of-eightyone.json']);
      expect(await filesOf('acme/named.was-80-2')).toEqual(['recordings/of-eighty.json']);
    });

    it('creates one repository from many concurrent first runs', async () => {
      const jobs = Array.from({ length: 12 }, (_, job) => job);
      for (const id of [50, 51, 52]) {
        const repository = `acme/at-once-${id}`;
        const tokens = await Promise.all(jobs.map(() => tokenOf(named(repository, id))));
        const answers = await Promise.all(
          tokens.map((token) =>
            askToPush(place.registry, { repository, ref: MAIN, add: {}, token }).then(
              ({ __typename }) => __typename,
            ),
          ),
        );
        expect(answers).toEqual(jobs.map(() => 'Push'));
        await Promise.all(jobs.map((job) => pushAs(named(repository, id), MAIN, `recordings/${job}.json`)));
        expect(await filesOf(repository)).toEqual(jobs.map((job) => `recordings/${job}.json`).sort());
      }
    });

    it('records each of these steps in the audit log', async () => {
      const { audit } = await place.registry.ask<{ audit: { nodes: { who: string; detail: string }[] } }>(
        '{ audit(filter: { action: REPOSITORY_FOLLOW }, first: 100) { nodes { who detail } } }',
      );
      const told = audit.nodes.map(({ detail }) => detail);
      expect(audit.nodes.map(({ who }) => who)).toContain('workflow acme/renamed (push main)');
      expect(told).toContain('renamed from acme/old');
      expect(told).toContain("created for GitHub's repository 11");
      expect(told).toContain("linked to GitHub's repository 40");
    });
  });
});

describe('the issuer of a GitHub enterprise', () => {
  it.each(['/_services/token', '/acme-enterprise'])("at %s is trusted like GitHub's", async (path) => {
    const { issuer, registry } = await startPlace('embedded', path);
    const token = await issuer.token(claimsOf({ repository: 'acme/desk', repositoryId: 1 }), AUDIENCE);
    await pushFiles(registry, {
      repository: 'acme/desk',
      ref: MAIN,
      add: { 'recordings/a.json': '1' },
      token,
    });
    expect(await pullFiles(registry, 'acme/desk', { ref: MAIN })).toEqual({ 'recordings/a.json': '1' });
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });
});
