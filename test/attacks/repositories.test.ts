import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import {
  archiveOf,
  askToPush,
  ownerAndName,
  planOf,
  pullFiles,
  pushFiles,
  put,
  type RefArgument,
  upload,
} from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

// Acme is the victim. Evil is a customer of the same registry and an admin of another repository.
const OURS = 'acme/vault';
const THEIRS = 'evil/desk';
const SECRET = 'the launch is on the 14th';
const kept = record({ test: 'tests/a.py::test_launch', ask: 'When is the launch?', say: SECRET });
const path = encodeURIComponent(kept.path);
const reworded = kept.text.replace(SECRET, 'nobody says when the launch is');
const digest = digestOf(Buffer.from(kept.text));
const COMMIT = createHash('sha1').update('a commit of acme').digest('hex');
const MAIN = { branch: 'main' };
const SEVEN = { pullRequest: 7, base: 'main' };

describe.each(['embedded', 'postgres'] as const)('the admin of another repository, %s', (database) => {
  let registry: TestRegistry;
  let issuer: OidcIssuer;
  /** An admin token for THEIRS only. */
  let theirs = '';
  /** The IDs of objects in OURS. */
  const ids = { repository: '', snapshot: '', recording: '', pullRequest: '' };
  /** The decoded ID of the snapshot in OURS: the number of the repository, and the layers. */
  let key = '';
  let theirNumber = '';

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: {
        FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
        FIXTURE_REGISTRY_OIDC_AUDIENCE: 'https://fixtures.example',
        FIXTURE_REGISTRY_OIDC_ALLOW: 'acme,evil',
      },
    });
    await pushFiles(registry, { repository: OURS, ref: MAIN, add: filesOf(kept), commit: COMMIT });
    await pushFiles(registry, { repository: OURS, ref: SEVEN, add: { [kept.path]: reworded } });
    theirs = await makeToken(THEIRS, 'ADMIN');
    await pushFiles(registry, {
      repository: THEIRS,
      ref: MAIN,
      add: { 'tests/recordings/own.json': '"own"' },
      token: theirs,
    });
    const { repository } = await registry.ask<{
      repository: Record<string, { id: string }> & { id: string };
    }>(
      `{ repository(owner: "acme", name: "vault") { id
          main: snapshot(at: { branch: "main" }) { id } seven: snapshot(at: { pullRequest: 7 }) { id }
          recordings { nodes { id } } } }`,
    );
    const { nodes } = repository['recordings'] as unknown as { nodes: { id: string }[] };
    ids.repository = repository.id;
    ids.snapshot = repository['main']?.id ?? '';
    ids.pullRequest = repository['seven']?.id ?? '';
    ids.recording = nodes[0]?.id ?? '';
    key = plain(ids.snapshot);
    theirNumber = plain((await planOf(registry, THEIRS, {}, theirs)).snapshot.id).split(':')[0] ?? '';
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  async function makeToken(repository: string, scope: string): Promise<string> {
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }',
      { input: { ...ownerAndName(repository), scope } },
    );
    return createToken.token;
  }

  /** The decoded ID, without its type. */
  const plain = (id: string) => Buffer.from(id, 'base64url').toString().replace(/^\w+:/, '');
  const idOf = (type: string, text: string) => Buffer.from(`${type}:${text}`).toString('base64url');
  const node = async (id: string, token: string | null = theirs) =>
    (await registry.ask<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id }, token))
      .node;

  /** Queries a field of THEIRS. Returns the body of the response, including errors. */
  async function askTheirs(field: string, token = theirs): Promise<string> {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `{ repository(owner: "evil", name: "desk") { ${field} } }` }),
    });
    return response.text();
  }

  const mutate = async (name: string, type: string, input: object, token = theirs) => {
    const answer = await registry.ask<Record<string, { __typename: string; message?: string }>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } } }`,
      { input },
      token,
    );
    return answer[name];
  };

  /** Expects that OURS is unchanged and that THEIRS contains nothing of it. */
  async function expectKept(): Promise<void> {
    expect(await pullFiles(registry, OURS, { ref: MAIN })).toEqual(filesOf(kept));
    for (const ref of [MAIN, SEVEN] as RefArgument[]) {
      expect(JSON.stringify(await pullFiles(registry, THEIRS, { ref }))).not.toContain('launch');
    }
  }

  it('requests a foreign repository, snapshot and recording by ID, and gets null, as for unknown IDs', async () => {
    for (const id of [ids.repository, ids.snapshot, ids.recording]) {
      expect(await node(id, registry.adminToken)).toEqual({ id });
      expect(await node(id)).toBeNull();
      expect(await node(id, null)).toBeNull();
    }
    expect(await node(idOf('Repository', '999999'))).toBeNull();
  });

  it('puts its own repository number into foreign IDs, and gets null', async () => {
    const swapped = [ids.snapshot, ids.recording].map((id) => plain(id).replace(/^\d+/, theirNumber));
    expect(await node(idOf('Snapshot', swapped[0] ?? ''))).toBeNull();
    expect(await node(idOf('Recording', swapped[1] ?? ''))).toBeNull();
    // The foreign layers below the layer of THEIRS.
    const own = plain((await planOf(registry, THEIRS, {}, theirs)).snapshot.id);
    const foreign = key.slice(key.indexOf(':') + 1);
    expect(await node(idOf('Snapshot', `${own},${foreign}`))).toBeNull();
    expect(await node(idOf('Snapshot', own))).not.toBeNull();
  });

  it('requests a foreign snapshot through every field of its own repository, and finds nothing', async () => {
    for (const at of [`{ snapshot: "${ids.snapshot}" }`, `{ commit: "${COMMIT}" }`]) {
      expect(JSON.parse(await askTheirs(`snapshot(at: ${at}) { id }`))).toEqual({
        data: { repository: { snapshot: null } },
      });
      for (const field of [
        `recordings(at: ${at}) { nodes { path content } }`,
        `tests(at: ${at}, first: 5) { nodes { testId } }`,
        `models(at: ${at}) { model }`,
        `explain(at: ${at}, hash: "${kept.hash}") { text }`,
      ]) {
        const answer = await askTheirs(field);
        expect(answer, field).toContain('no snapshot is known');
        expect(answer, field).not.toMatch(/launch|llama3/);
      }
      expect(JSON.parse(await askTheirs(`drift(base: ${at}, head: ${at}) { text }`))).toEqual({
        data: { repository: { drift: null } },
      });
      const plan = await askTheirs(
        `pullPlan(at: ${at}) { __typename ... on PullPlan { files { path digest } } }`,
      );
      expect(plan).toContain('"__typename":"NotFound"');
    }
  });

  it('requests a foreign snapshot without layers, and finds nothing', async () => {
    const empty = (number: string) => idOf('Snapshot', `${number}:`);
    const ours = empty(plain(ids.repository));
    expect(await node(ours)).toBeNull();
    expect(JSON.parse(await askTheirs(`snapshot(at: { snapshot: "${ours}" }) { id }`))).toEqual({
      data: { repository: { snapshot: null } },
    });
    expect(await askTheirs(`snapshot(at: { snapshot: "${empty(theirNumber)}" }) { id }`)).toContain('"id"');
    expect(await planOf(registry, THEIRS, { at: { snapshot: ours } }, theirs)).toMatchObject({
      __typename: 'NotFound',
    });
  });

  it('compares its own snapshot with a foreign one, with GraphQL and on the page, and finds nothing', async () => {
    const drift = await askTheirs(
      `drift(head: { branch: "main" }, base: { snapshot: "${ids.snapshot}" }) { text }`,
    );
    expect(JSON.parse(drift)).toEqual({ data: { repository: { drift: null } } });
    const own = plain((await planOf(registry, THEIRS, {}, theirs)).snapshot.id);
    for (const sides of [`${key}...${own}`, `${own}...${key}`, `${key}...${key}`]) {
      const page = await openPage(registry, `/${THEIRS}/compare/${sides}`, { token: theirs });
      expect(page.status, sides).toBe(404);
      expect(page.html).not.toContain('launch');
    }
    expect((await openPage(registry, `/${THEIRS}/compare/${own}...${own}`, { token: theirs })).status).toBe(
      200,
    );
  });

  it('uses a foreign snapshot or commit as the baseline of a pull or push, and is refused', async () => {
    for (const baseline of [ids.snapshot, ids.pullRequest, COMMIT]) {
      const plan = await planOf(registry, THEIRS, { ref: SEVEN, baseline }, theirs);
      expect(plan.__typename, baseline).not.toBe('PullPlan');
      const push = await askToPush(registry, { repository: THEIRS, ref: SEVEN, baseline, token: theirs });
      expect(push, baseline).toMatchObject({ __typename: 'InvalidInput' });
    }
    const candidates = await planOf(registry, THEIRS, { ref: SEVEN, candidates: [COMMIT] }, theirs);
    expect(candidates.files.map(({ path }) => path)).toEqual(['tests/recordings/own.json']);
    await expectKept();
  });

  it('claims to have a foreign snapshot on disk, and does not learn whether it is the newest', async () => {
    const plan = await planOf(registry, THEIRS, { ref: MAIN, have: ids.snapshot }, theirs);
    expect(plan).toMatchObject({ unchanged: false, files: [{ path: 'tests/recordings/own.json' }] });
  });

  it('downloads a foreign content by its digest through its own repository, and gets none of its bytes', async () => {
    const ask = (repository: string, token: string) =>
      fetch(`${registry.url}/-/${repository}/content`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ digests: [digest] }),
      });
    const length = async (response: Response) =>
      (await response.arrayBuffer().catch(() => new ArrayBuffer(0))).byteLength;
    expect(await length(await ask(OURS, registry.adminToken))).toBeGreaterThan(200);
    const through = await ask(THEIRS, theirs);
    expect(await length(through)).toBeLessThan(100);
    expect((await ask(OURS, theirs)).status).toBe(404);
  });

  it('pushes a foreign digest without its bytes, and has to upload them', async () => {
    const answer = await askToPush(registry, {
      repository: THEIRS,
      ref: MAIN,
      add: { [kept.path]: kept.text },
      token: theirs,
    });
    expect(answer).toEqual({
      __typename: 'ContentMissing',
      digests: [digest],
      message: expect.any(String),
    });
    await expectKept();
  });

  it('requests an archive of a foreign snapshot or commit through its own repository, and gets status 404', async () => {
    const archive = (query: string) =>
      fetch(`${registry.url}/-/${THEIRS}/archive.zip?${query}`, {
        headers: { authorization: `Bearer ${theirs}` },
      });
    for (const query of [`snapshot=${ids.snapshot}`, `snapshot=${ids.pullRequest}`, `commit=${COMMIT}`]) {
      expect((await archive(query)).status, query).toBe(404);
    }
    expect((await archive('branch=main')).status).toBe(200);
  });

  it('opens a page of its own repository at a foreign snapshot or commit, and gets status 404', async () => {
    const pages = [
      'recordings',
      'tests',
      'models',
      ...['recording', 'recording/file'].map((page) => `${page}?path=${path}`),
    ];
    const open = (repository: string, page: string, at: string, token: string) =>
      openPage(registry, `/${repository}/${page}${page.includes('?') ? '&' : '?'}at=${at}`, { token });
    for (const page of pages) {
      for (const at of [key, plain(ids.pullRequest), COMMIT]) {
        expect((await open(OURS, page, at, registry.adminToken)).status, `${page} ${at}`).toBe(200);
        const through = await open(THEIRS, page, at, theirs);
        expect(through.status, `${page} ${at}`).toBe(404);
        expect(through.html, `${page} ${at}`).not.toMatch(/launch|llama3/);
      }
    }
  });

  it('accepts the changes of a foreign pull request through either repository, and nothing is accepted', async () => {
    const through = { ...ownerAndName(THEIRS), pullRequest: 7, snapshot: ids.pullRequest };
    expect(await mutate('acceptDrift', 'AcceptDriftInput', through)).toMatchObject({
      __typename: 'NotFound',
    });
    const direct = { ...ownerAndName(OURS), pullRequest: 7 };
    expect(await mutate('acceptDrift', 'AcceptDriftInput', direct)).toMatchObject({ __typename: 'NotFound' });
    for (const repository of [OURS, THEIRS]) {
      const form = { token: theirs, snapshot: plain(ids.pullRequest) };
      expect((await sendForm(registry, `/${repository}/pull/7/accept`, form)).status).toBe(404);
    }
    const { repository } = await registry.ask<{
      repository: { drift: { accepted: number; unaccepted: number } };
    }>('{ repository(owner: "acme", name: "vault") { drift(pullRequest: 7) { accepted unaccepted } } }');
    expect(repository.drift).toEqual({ accepted: 0, unaccepted: 1 });
  });

  it('promotes a foreign pull request, and neither branch changes', async () => {
    const own = await mutate('promote', 'PromoteInput', {
      ...ownerAndName(THEIRS),
      pullRequest: 7,
      branch: 'main',
    });
    expect(own).toMatchObject({ __typename: 'Promotion' });
    const other = { ...ownerAndName(OURS), pullRequest: 7, branch: 'main' };
    expect(await mutate('promote', 'PromoteInput', other)).toMatchObject({ __typename: 'NotFound' });
    await expectKept();
  });

  it('writes to a foreign repository or reads its audit log, and gets the response for a missing one', async () => {
    const by = ownerAndName(OURS);
    const missing = { ...by, name: 'never-heard-of' };
    for (const [name, type, input] of [
      ['push', 'PushInput', { ref: MAIN, add: [], remove: [kept.path] }],
      ['changeRepository', 'ChangeRepositoryInput', { visibility: 'PUBLIC' }],
      ['createToken', 'CreateTokenInput', { scope: 'READ' }],
      ['purgeContent', 'PurgeContentInput', { digest, reason: 'gone' }],
      ['allowSecret', 'AllowSecretInput', { digest, reason: 'mine' }],
      ['disallowSecret', 'DisallowSecretInput', { digest }],
    ] as const) {
      const there = await mutate(name, type, { ...by, ...input });
      const nowhere = await mutate(name, type, { ...missing, ...input });
      expect(there, name).toMatchObject({ __typename: 'NotFound' });
      expect(there?.message?.replace('vault', 'X'), name).toBe(nowhere?.message?.replace(missing.name, 'X'));
    }
    const { repository } = await registry.ask<{ repository: object | null }>(
      '{ repository(owner: "acme", name: "vault") { audit(first: 5) { nodes { who } } } }',
      {},
      theirs,
    );
    expect(repository).toBeNull();
    expect(
      await registry.ask('{ audit(first: 5) { nodes { who } } tokens { tokenId } }', {}, theirs),
    ).toEqual({
      audit: null,
      tokens: [],
    });
    await expectKept();
  });

  it('uploads to a foreign repository as to a missing one, and does not learn which contents it has', async () => {
    const archive = await archiveOf([kept.text]);
    const answers = await Promise.all(
      [OURS, 'acme/never-heard-of'].map(async (repository) => {
        const response = await put(registry, repository, archive, theirs);
        const { error } = (await response.json()) as { error: { message: string } };
        return { status: response.status, message: error.message.replace(repository, 'X') };
      }),
    );
    expect(answers[0]).toEqual({ ...answers[1], status: 404 });
    // A content that only another repository has counts as new.
    const other = record({ test: 'tests/a.py::test_other', ask: 'Who?', say: 'Nobody.' });
    await upload(registry, OURS, [other.text]);
    expect(await upload(registry, THEIRS, [other.text], theirs)).toMatchObject({ stored: 1, present: 0 });
  });

  it('purges a foreign content through its own repository, and the foreign content stays', async () => {
    const input = { ...ownerAndName(THEIRS), digest, reason: 'gone' };
    expect(await mutate('purgeContent', 'PurgeContentInput', input)).toMatchObject({
      __typename: 'NotFound',
    });
    // If both repositories have the content, a purge removes it from one of them.
    await pushFiles(registry, {
      repository: THEIRS,
      ref: { branch: 'copy' },
      add: { 'tests/recordings/copy.json': kept.text },
      token: theirs,
    });
    expect(await mutate('purgeContent', 'PurgeContentInput', input)).toMatchObject({
      __typename: 'Purged',
    });
    await expectKept();
  });

  it('revokes a foreign token by its number, and the token stays valid', async () => {
    const token = await makeToken(OURS, 'READ');
    const { tokens } = await registry.ask<{ tokens: { tokenId: number }[] }>('{ tokens { tokenId } }');
    const id = Math.max(...tokens.map(({ tokenId }) => tokenId));
    const revoke = async (by: string) =>
      (
        await registry.ask<{ revokeToken: { __typename: string } }>(
          'mutation ($id: Int!) { revokeToken(id: $id) { __typename } }',
          { id },
          by,
        )
      ).revokeToken.__typename;
    expect(await revoke(theirs)).toBe('NotFound');
    expect(await node(ids.repository, token)).toEqual({ id: ids.repository });
    expect(await revoke(registry.adminToken)).toBe('RevokedToken');
  });

  it('writes a foreign repository number into its own token with a valid checksum, and the token is refused', async () => {
    const number = plain(ids.repository);
    for (const forged of [number, '0']) {
      const body = theirs.slice(0, -8).replace(/^fr_\d+_/, `fr_${forged}_`);
      const token = body + crc32(body).toString(16).padStart(8, '0');
      const response = await fetch(`${registry.url}/-/${OURS}/archive.zip`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(401);
    }
  });

  it('runs a workflow that names a foreign repository, and can neither read nor write it', async () => {
    const claims = claimsOf({ repository: THEIRS, repositoryId: 900 });
    const token = await issuer.token(claims, 'https://fixtures.example');
    expect(await node(ids.repository, token)).toBeNull();
    expect(await node(ids.snapshot, token)).toBeNull();
    expect(
      await askToPush(registry, { repository: OURS, ref: MAIN, remove: [kept.path], token }),
    ).toMatchObject({ __typename: 'NotFound' });
    const archive = await fetch(`${registry.url}/-/${OURS}/archive.zip`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(archive.status).toBe(404);
    await expectKept();
  });

  it('searches for a foreign recording by its hash, test and words, and finds nothing', async () => {
    expect(
      await askTheirs(`explain(hash: "${kept.hash}") { text found { path } near { reason: __typename } }`),
    ).not.toMatch(/launch|vault|pull request #7/);
    for (const filter of [
      `{ hash: "${kept.hash}" }`,
      '{ search: "launch" }',
      '{ testIdPrefix: "tests/a.py" }',
    ]) {
      const answer = await askTheirs(`recordings(filter: ${filter}) { totalCount }`);
      expect(JSON.parse(answer), filter).toEqual({ data: { repository: { recordings: { totalCount: 0 } } } });
    }
  });

  it('requests its own and a foreign repository in one query, and gets null for the foreign one', async () => {
    const answer = await registry.ask(
      'query ($own: ID!, $other: ID!) { own: node(id: $own) { id } other: node(id: $other) { id } }',
      { own: idOf('Repository', theirNumber), other: ids.repository },
      theirs,
    );
    expect(answer).toEqual({ own: { id: idOf('Repository', theirNumber) }, other: null });
  });
});
