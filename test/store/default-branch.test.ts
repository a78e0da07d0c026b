import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { type Claims, claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import {
  askToPush,
  type Files,
  ownerAndName,
  type PullQuestion,
  type Push,
  planOf,
  pullFiles,
  pushFiles,
} from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const AUDIENCE = 'https://fixtures.acme.example';
const [A, B, C, D, E] = ['a', 'b', 'c', 'd', 'e'].map((name) => `tests/recordings/${name}.json`) as [
  string,
  string,
  string,
  string,
  string,
];
const [main, trunk] = [{ branch: 'main' }, { branch: 'trunk' }];
const pr = (pullRequest: number, base = 'trunk') => ({ pullRequest, base });

/** A commit id derived from a label. */
const sha = (word: string) => createHash('sha1').update(word).digest('hex');

describe.each(['embedded', 'postgres'] as const)('the default branch, %s', (database) => {
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: {
        FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
        FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
        FIXTURE_REGISTRY_OIDC_ALLOW: 'acme',
      },
    });
  });
  beforeEach(() => {
    repository = `acme/default-${++repositories}`;
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  const push = (ref: Push['ref'], add: Files, more: Partial<Push> = {}) =>
    pushFiles(registry, { repository, ref, add, ...more });
  const pull = (question: PullQuestion) => pullFiles(registry, repository, question);
  const workflow = (event: string, ref: string, baseRef = ''): Promise<string> => {
    const claims: Claims = claimsOf({ repository, repositoryId: repositories, event, ref, baseRef });
    return issuer.token(claims, AUDIENCE);
  };
  async function tokenFor(scope: 'WRITE' | 'ADMIN', more: object = {}): Promise<string> {
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }',
      { input: { ...ownerAndName(repository), scope, ...more } },
    );
    return createToken.token;
  }
  async function defaultBranch(): Promise<string> {
    const answer = await registry.ask<{ repository: { defaultBranch: string } }>(
      'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { defaultBranch } }',
      ownerAndName(repository),
    );
    return answer.repository.defaultBranch;
  }
  async function change(to: string) {
    type Changed = { __typename: string; message?: string; carriedAlong?: string | null };
    const answer = await registry.ask<{ changeRepository: Changed }>(
      `mutation ($input: ChangeRepositoryInput!) { changeRepository(input: $input) {
        __typename ... on Problem { message } ... on ChangedRepository { carriedAlong }
      } }`,
      { input: { ...ownerAndName(repository), defaultBranch: to } },
    );
    return answer.changeRepository;
  }
  async function promote(pullRequest: number, branch: string) {
    const { promote: answer } = await registry.ask<{ promote: Record<string, unknown> }>(
      `mutation ($input: PromoteInput!) { promote(input: $input) {
        ... on Problem { message } ... on Promotion { promoted reason added changed removed }
      } }`,
      { input: { ...ownerAndName(repository), pullRequest, branch } },
    );
    return answer;
  }

  describe('of an empty repository', () => {
    it('is the first branch that an admin pushes', async () => {
      const first = await push({ branch: 'master' }, { [A]: 'a' });
      expect(first.defaultBranchChange).toMatch(
        /^master is now the default branch, because it is the first branch/,
      );
      expect(first.warnings).toEqual([]);
      expect(await pull({})).toEqual({ [A]: 'a' });
      expect(await pull({ ref: { branch: 'new' } })).toEqual({ [A]: 'a' });
      const second = await push({ branch: 'other' }, { [B]: 'b' });
      expect(second).toMatchObject({ defaultBranchChange: null, warnings: [] });
      expect(await pull({ ref: { branch: 'other' } })).toEqual({ [A]: 'a', [B]: 'b' });
      expect(await defaultBranch()).toBe('master');
    });

    it('is the one that the clone or GitHub reports, not the first branch pushed', async () => {
      await push({ branch: 'feature' }, { [A]: 'a' }, { defaultBranch: 'trunk' });
      expect(await defaultBranch()).toBe('trunk');
      await push(trunk, { [B]: 'b' }, { defaultBranch: 'trunk' });
      expect(await pull({ ref: trunk })).toEqual({ [B]: 'b' });
    });

    it('is the first branch of a write token only when the name is a usual one', async () => {
      const token = await tokenFor('WRITE');
      const feature = await push({ branch: 'feature' }, { [A]: 'a' }, { token });
      expect(feature.warnings).toEqual([
        expect.stringMatching(
          /treats main as the default branch.* an admin runs: fixtures push --branch feature --default-branch feature$/,
        ),
      ]);
      expect(await defaultBranch()).toBe('main');
      await push(main, { [B]: 'b' }, { token });
      expect(await pull({ ref: main })).toEqual({ [B]: 'b' });

      repository = `${repository}-usual`;
      await push({ branch: 'master' }, { [A]: 'a' }, { token: await tokenFor('WRITE') });
      expect(await defaultBranch()).toBe('master');
    });

    it('is never set by a workflow on some branch or by a token limited to refs', async () => {
      const evil = await workflow('workflow_dispatch', 'refs/heads/evil');
      const pushed = await push({ branch: 'evil' }, { [A]: 'evil' }, { token: evil, defaultBranch: 'evil' });
      expect(pushed.warnings).toEqual([expect.stringContaining('an admin runs')]);
      const bound = await tokenFor('WRITE', { ref: 'evil*' });
      await push({ branch: 'evil2' }, { [A]: 'evil' }, { token: bound, defaultBranch: 'evil2' });
      expect(await defaultBranch()).toBe('main');
      await push(
        main,
        { [B]: 'b' },
        { token: await workflow('push', 'refs/heads/main'), defaultBranch: 'main' },
      );
      expect(await pull({ ref: main })).toEqual({ [B]: 'b' });
      expect(await pull({})).toEqual({ [B]: 'b' });
    });

    it('stays unset when the push that would set it is refused', async () => {
      const baseline = sha('never seen');
      await push(pr(1, 'x'), { [A]: 'a' });
      const input = { repository, ref: pr(1, 'x'), baseline, defaultBranch: 'trunk' };
      expect(await askToPush(registry, input)).toMatchObject({ __typename: 'InvalidInput' });
      expect(await defaultBranch()).toBe('main');
    });
  });

  describe('when renamed', () => {
    beforeEach(async () => {
      await push(main, { [A]: 'a', [B]: 'b' }, { commit: sha('c1') });
      await push(main, { [B]: 'b2', [C]: 'c' }, { commit: sha('c2') });
    });

    it('keeps its recordings, snapshots, commits, pull requests and branches', async () => {
      await push(pr(1, 'main'), { [D]: 'd' }, { candidates: [sha('c1')] });
      await push({ branch: 'feature' }, { [E]: 'e' });
      const before = await planOf(registry, repository, { ref: main });

      expect(await change('trunk')).toEqual({
        __typename: 'ChangedRepository',
        carriedAlong: 'main was renamed to trunk, with its 3 recordings, snapshots and commits',
      });
      const all = { [A]: 'a', [B]: 'b2', [C]: 'c' };
      expect(await pull({})).toEqual(all);
      expect(await pull({ ref: trunk })).toEqual(all);
      expect(await pull({ ref: { branch: 'new' } })).toEqual(all);
      expect(await pull({ ref: pr(9) })).toEqual(all);
      expect(await pull({ ref: { branch: 'feature' } })).toEqual({ ...all, [E]: 'e' });
      expect(await pull({ at: { snapshot: before.snapshot.id } })).toEqual(all);
      expect((await planOf(registry, repository, { ref: trunk, have: before.snapshot.id })).unchanged).toBe(
        true,
      );
      expect(await pull({ at: { commit: sha('c1') } })).toEqual({ [A]: 'a', [B]: 'b' });

      // Merge bases were pushed while the branch was called main.
      expect(await pull({ ref: pr(9), candidates: [sha('c1')] })).toEqual({ [A]: 'a', [B]: 'b' });
      expect(await pull({ ref: pr(1), candidates: [sha('c1')] })).toEqual({ [A]: 'a', [B]: 'b', [D]: 'd' });
      // The branch's own workflow may predate the rename.
      const stale = await push(pr(1, 'main'), { [D]: 'd2' }, { candidates: [sha('c1')] });
      expect(stale.baseline).toMatchObject({ version: 1 });
      expect(await promote(1, 'trunk')).toMatchObject({ promoted: true, added: 1 });
      expect(await pull({})).toEqual({ ...all, [D]: 'd2' });

      const events = await auditOf(registry, repository, { action: 'REPOSITORY_CHANGE' });
      expect(events.at(-1)).toMatchObject({
        outcome: 'DONE',
        detail: expect.stringMatching(
          /^defaultBranch: main to trunk \(an admin changed it\); main was renamed to trunk/,
        ),
      });
    });

    it('is renamed once by repeated requests, and can be renamed back', async () => {
      await change('trunk');
      await push(trunk, { [D]: 'd' });
      expect(await change('trunk')).toEqual({ __typename: 'ChangedRepository', carriedAlong: null });
      await change('main');
      expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2', [C]: 'c', [D]: 'd' });
      expect((await planOf(registry, repository, { ref: main })).snapshot.version).toBe(3);
    });

    it('keeps everything that workflows still push or promote to the old name', async () => {
      await push(pr(1, 'main'), { [D]: 'd' });
      await change('trunk');
      await push(trunk, { [A]: 'a of trunk' });
      await push(main, { [E]: 'e' }, { commit: sha('stale'), candidates: [sha('c2')] });
      expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2', [C]: 'c', [E]: 'e' });
      expect(await promote(1, 'main')).toMatchObject({ promoted: true });
      expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2', [C]: 'c', [D]: 'd', [E]: 'e' });
      expect(await promote(1, 'trunk')).toMatchObject({ promoted: true });
      expect(await pull({})).toEqual({ [A]: 'a of trunk', [B]: 'b2', [C]: 'c', [D]: 'd' });
    });

    it('becomes the base of the old branch when a promotion recreates it', async () => {
      await push(pr(1, 'main'), { [D]: 'd' });
      await change('trunk');
      await promote(1, 'main');
      expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2', [C]: 'c', [D]: 'd' });
    });
  });

  describe('when replaced by another branch', () => {
    it('copies what the new branch lacks and keeps both branches', async () => {
      await push(main, { [A]: 'a', [B]: 'b', [C]: 'c' }, { commit: sha('c1') });
      await push(trunk, { [B]: 'b of trunk' }, { remove: [C], commit: sha('t1') });
      await push(main, { [B]: 'b2', [C]: 'c2', [D]: 'd' }, { remove: [A], commit: sha('c2') });
      const carried = 'trunk keeps its recordings and receives 1 recording from main, which remains a branch';
      expect(await change('trunk')).toMatchObject({ carriedAlong: carried });
      expect(await pull({})).toEqual({ [A]: 'a', [B]: 'b of trunk', [D]: 'd' });
      expect(await pull({ ref: main })).toEqual({ [B]: 'b2', [C]: 'c2', [D]: 'd' });
      // Commits from before trunk are found through main.
      expect(await pull({ ref: pr(1), candidates: [sha('?'), sha('c1')] })).toEqual({
        [A]: 'a',
        [B]: 'b',
        [C]: 'c',
      });
      expect(await pull({ ref: pr(1), candidates: [sha('t1'), sha('c1')] })).toEqual({
        [A]: 'a',
        [B]: 'b of trunk',
      });
      expect(await change('main')).toMatchObject({
        carriedAlong: expect.stringContaining('already has those of'),
      });
      expect(await pull({})).toEqual({ [B]: 'b2', [C]: 'c2', [D]: 'd' });
    });

    it('copies everything when the branches have nothing in common', async () => {
      const token = await workflow('push', 'refs/heads/trunk');
      await push(trunk, { [A]: 'a of trunk', [B]: 'b' }, { token });
      await push(main, { [A]: 'a', [C]: 'c' });
      await change('trunk');
      expect(await pull({})).toEqual({ [A]: 'a of trunk', [B]: 'b', [C]: 'c' });
      expect(await pull({ ref: main })).toEqual({ [A]: 'a', [C]: 'c' });
    });
  });

  describe('changes', () => {
    beforeEach(() => push(main, { [A]: 'a' }, { commit: sha('c1') }));

    it('with a push in which an admin requests it', async () => {
      const admin = await tokenFor('ADMIN');
      const pushed = await push(
        trunk,
        { [B]: 'b' },
        { defaultBranch: 'trunk', setDefaultBranch: true, token: admin },
      );
      expect(pushed).toMatchObject({
        warnings: [],
        defaultBranchChange: expect.stringContaining('main was renamed to trunk, with its 1 recording'),
        snapshot: { version: 2 },
      });
      expect(await pull({})).toEqual({ [A]: 'a', [B]: 'b' });
    });

    it('not with a push that only reports another branch, even from an admin', async () => {
      const pushed = await push(trunk, { [B]: 'b' }, { defaultBranch: 'trunk' });
      expect(pushed.warnings).toEqual([
        expect.stringMatching(/trunk is reported as the default branch .* the registry has main/),
      ]);
      expect(await defaultBranch()).toBe('main');
      expect((await push(main, {}, { defaultBranch: 'main' })).warnings).toEqual([]);
    });

    it('not with a push of any other token or of a workflow', async () => {
      const tokens = [await tokenFor('WRITE'), await workflow('push', 'refs/heads/trunk')];
      for (const token of tokens) {
        const asked = { repository, ref: trunk, defaultBranch: 'trunk', setDefaultBranch: true, token };
        expect(await askToPush(registry, asked)).toMatchObject({
          __typename: 'Forbidden',
          message: expect.stringMatching(/from main to trunk: .*scope admin; nothing was pushed/),
        });
      }
      expect(await defaultBranch()).toBe('main');
      expect(await pull({ ref: trunk })).toEqual({ [A]: 'a' });
    });

    it.each(['schedule', 'workflow_run'])(
      'with the claims of a %s, whatever the token requests',
      async (event) => {
        const token = await workflow(event, 'refs/heads/trunk');
        const query =
          'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }';
        await registry.ask(query, ownerAndName(repository), token);
        expect(await defaultBranch()).toBe('trunk');
        expect(await pull({ ref: { branch: 'new' } })).toEqual({ [A]: 'a' });
        expect(await pull({ ref: pr(1), candidates: [sha('c1')] })).toEqual({ [A]: 'a' });
        const [event_] = (await auditOf(registry, repository, { action: 'REPOSITORY_CHANGE' })).slice(-1);
        expect(event_).toMatchObject({
          detail: expect.stringContaining('the claims of a workflow prove it'),
        });
        expect(event_?.who).toContain(`(${event} trunk)`);

        // Other events prove nothing about the default branch.
        await registry.ask(query, ownerAndName(repository), await workflow('push', 'refs/heads/evil'));
        await registry.ask(
          query,
          ownerAndName(repository),
          await workflow('pull_request', 'refs/pull/1/merge', 'evil'),
        );
        expect(await defaultBranch()).toBe('trunk');
      },
    );
  });

  it('changes during pushes and pulls without losing recordings or starting empty', async () => {
    for (let round = 0; round < 8; round++) {
      repository = `acme/busy-${round}`;
      await push(main, { [A]: 'a' }, { commit: sha('c1') });
      const feature = { branch: 'feature' };
      const [changed, , ...pulled] = await Promise.all([
        change('trunk'),
        Promise.all([
          push(main, { [B]: 'b' }),
          push(trunk, { [C]: 'c' }),
          push(feature, { [D]: 'd' }),
          push(pr(1, 'main'), { [E]: 'e' }, { candidates: [sha('c1')] }),
        ]),
        pull({}),
        pull({ ref: { branch: 'new' } }),
        pull({ ref: pr(2, 'main') }),
        pull({ ref: pr(2), candidates: [sha('c1')] }),
      ]);
      expect(changed.__typename).toBe('ChangedRepository');
      expect(await defaultBranch()).toBe('trunk');
      for (const files of pulled) expect(files).toMatchObject({ [A]: 'a' });
      // In either order, main has its pushes, under its own name or as part of trunk.
      expect(await pull({ ref: main })).toMatchObject({ [A]: 'a', [B]: 'b' });
      expect(await pull({})).toMatchObject({ [A]: 'a', [C]: 'c' });
      expect(await pull({ ref: feature })).toMatchObject({ [A]: 'a', [D]: 'd' });
      expect(await pull({ ref: pr(1), candidates: [sha('c1')] })).toEqual({ [A]: 'a', [E]: 'e' });
    }
  });

  it.runIf(database === 'postgres')('changes before or after a push, never during one', async () => {
    const { sql } = registry;
    await tokenFor('WRITE');
    const [owner, name] = repository.split('/') as [string, string];
    const [row] = await sql`select id from repositories where owner = ${owner} and name = ${name}`;
    const id = Number(row?.['id']);
    // A failed push leaves such a ref behind. Locking it makes the next push wait there.
    await sql`insert into refs (repository_id, kind, name) values (${id}, 'BRANCH', 'main')`;
    const waiting = async () => {
      const [found] = await sql<{ count: number }[]>`select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return found?.count ?? 0;
    };
    let pushed: ReturnType<typeof push> | undefined;
    let changed: ReturnType<typeof change> | undefined;
    await sql.begin(async (tx) => {
      await tx`select 1 from refs where repository_id = ${id} and name = 'main' for update`;
      pushed = push(main, { [A]: 'a' });
      await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
      let isChanged = false;
      changed = change('trunk').finally(() => {
        isChanged = true;
      });
      await expect.poll(async () => isChanged || (await waiting()) === 2, { timeout: 20_000 }).toBe(true);
    });
    expect(await pushed).toMatchObject({ added: 1 });
    expect(await changed).toMatchObject({ carriedAlong: expect.stringContaining('1 recording') });
    expect(await pull({})).toEqual({ [A]: 'a' });
  });
});
