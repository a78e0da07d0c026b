import { digestOf, pack, writeArchive } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Claims, claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import {
  askToPush,
  type Files,
  ownerAndName,
  type Push,
  type PushAnswer,
  pullFiles,
  type RefArgument,
  upload,
} from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';

// Mallory may push branches and pull requests of a repository, and edits what their workflows say.

const AUDIENCE = 'https://fixtures.acme.example';
const EVERYTHING = 'ignore:\n  - response.**\nsecrets:\n  allow:\n    - path: "**"\n      reason: mine\n';
const PATH = 'tests/recordings/a.json';
const LEAK = `my key is ${openaiKey()}`;

/** A recording whose answer has this text. */
const recording = (text: string) =>
  JSON.stringify({
    test_id: 'tests/test_a.py::test_a',
    request: {
      ...{ method: 'POST', url: 'http://x/v1/chat/completions', headers: {}, model: 'gpt-4o' },
      ...{ body: { model: 'gpt-4o', messages: [] }, endpoint: '/v1/chat/completions' },
    },
    response: {
      body: { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }] },
      is_streaming: false,
    },
  });

describe.each(['embedded', 'postgres'] as const)('trust in workflows, %s', (database) => {
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let numbers = 0;
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
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  /** A repository of its own for each test, with runs on its branches and pull requests. */
  function makeWorld() {
    const repositoryId = ++numbers;
    const repository = `acme/desk-${repositoryId}`;
    const run = (event: string, ref: string, more: Claims = {}): Claims => ({
      ...claimsOf({ repository, repositoryId, event, ref }),
      ...more,
    });
    const tokenOf = (claims: Claims) => issuer.token(claims, AUDIENCE);
    return {
      repository,
      onBranch: (branch: string, more: Claims = {}) => run('push', `refs/heads/${branch}`, more),
      onPull: (number: number, base: string, more: Claims = {}) =>
        run('pull_request', `refs/pull/${number}/merge`, { base_ref: base, ...more }),
      /** Pushes as a run; contents are uploaded where they are missing. */
      push: async (claims: Claims, ref: RefArgument, add: Files, more: Partial<Push> = {}) => {
        const push = { repository, ref, add, token: await tokenOf(claims), ...more };
        const answer = await askToPush(registry, push);
        if (answer.__typename !== 'ContentMissing') return answer;
        await upload(registry, repository, Object.values(add), push.token);
        return askToPush(registry, push);
      },
      /** Contents of which the settings of the branch `evil` say that they are no secrets. */
      letIn: async (add: Files) => {
        const entries = Object.entries(add).map(([path, text]) => {
          const bytes = Buffer.from(text);
          return { name: `${digestOf(bytes)}/${path}`, ...pack(bytes) };
        });
        const chunks: Uint8Array[] = [];
        for await (const chunk of writeArchive(entries)) chunks.push(chunk);
        const response = await fetch(`${registry.url}/-/${repository}/content?branch=evil`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/zip' },
          body: Buffer.concat(chunks),
        });
        expect(await response.json()).toMatchObject({ refused: [] });
      },
      mutate: async (claims: Claims, name: string, input: object, fields = '') => {
        const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
        const answer = await registry.ask<Record<string, PushAnswer & Record<string, unknown>>>(
          `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } ${fields} } }`,
          { input: { ...ownerAndName(repository), ...input } },
          await tokenOf(claims),
        );
        return answer[name];
      },
      files: (ref: RefArgument) => pullFiles(registry, repository, { ref }),
      levelOf: async (pullRequest: number) => {
        const answer = await registry.ask<{ repository: { drift: { level: string | null } } }>(
          `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
            drift(pullRequest: ${pullRequest}) { level } } }`,
          ownerAndName(repository),
        );
        return answer.repository.drift.level;
      },
    };
  }

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
      const { push, seven, levelOf, evil, onBranch } = await makeJudges();
      const commit = 'e'.repeat(40);
      await push(onBranch('evil', { sha: commit }), { branch: 'evil' }, {}, { commit });
      expect(await push(seven, SEVEN, { [PATH]: recording('bad') })).toMatchObject({ __typename: 'Push' });
      const before = await levelOf(7);
      for (const baseline of [evil, commit]) {
        for (const ref of [SEVEN, { pullRequest: 7 }]) {
          expect(await push(seven, ref, {}, { baseline })).toMatchObject({
            __typename: 'InvalidInput',
            message: expect.stringContaining('is no state of branch main, which judges this pull request'),
          });
        }
      }
      expect(before).not.toBe(null);
      expect(await levelOf(7)).toBe(before);
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
      expect(await push(onPull(7, 'evil'), { pullRequest: 7 }, {})).toMatchObject({ __typename: 'Push' });
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
});
