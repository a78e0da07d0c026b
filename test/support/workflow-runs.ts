import { digestOf, pack, writeArchive } from '@fixture-registry/protocol';
import { type Claims, claimsOf, type OidcIssuer } from './oidc-issuer.js';
import {
  askToPush,
  type Files,
  ownerAndName,
  type Push,
  type PushAnswer,
  pullFiles,
  type RefArgument,
  upload,
} from './push-files.js';
import type { TestRegistry } from './registry.js';

/** The audience that the registry of `workflowEnvironment` expects. */
export const AUDIENCE = 'https://fixtures.acme.example';

/** Settings that hide every change of a response, and allow every secret. */
export const EVERYTHING =
  'ignore:\n  - response.**\nsecrets:\n  allow:\n    - path: "**"\n      reason: mine\n';

export const workflowEnvironment = (issuer: OidcIssuer) => ({
  FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
  FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
  FIXTURE_REGISTRY_OIDC_ALLOW: 'acme',
});

/** A recording whose response has this text. */
export const recording = (text: string) =>
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

/** The runs of one repository's workflows, authenticated by their claims. */
export function workflowRuns(issuer: OidcIssuer, registry: TestRegistry, repositoryId: number) {
  const repository = `acme/desk-${repositoryId}`;
  const run = (event: string, ref: string, more: Claims = {}): Claims => ({
    ...claimsOf({ repository, repositoryId, event, ref }),
    ...more,
  });
  const tokenOf = (claims: Claims) => issuer.token(claims, AUDIENCE);
  return {
    repository,
    run,
    onBranch: (branch: string, more: Claims = {}) => run('push', `refs/heads/${branch}`, more),
    onPull: (number: number, base: string, more: Claims = {}) =>
      run('pull_request', `refs/pull/${number}/merge`, { base_ref: base, ...more }),
    /** Pushes as a run; uploads missing contents. */
    push: async (claims: Claims, ref: RefArgument, add: Files, more: Partial<Push> = {}) => {
      const push = { repository, ref, add, token: await tokenOf(claims), ...more };
      const answer = await askToPush(registry, push);
      if (answer.__typename !== 'ContentMissing') return answer;
      await upload(registry, repository, Object.values(add), push.token);
      return askToPush(registry, push);
    },
    /** Stores contents that the settings of the branch `evil` allow. */
    letIn: async (add: Files): Promise<void> => {
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
      const receipt = (await response.json()) as { refused?: unknown[] };
      if (receipt.refused?.length !== 0) throw new Error(`not let in: ${JSON.stringify(receipt)}`);
    },
    /** Runs a mutation with one input; returns these fields of its result. */
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
    /** The report of a pull request: its level, and the branch that judges it. */
    report: async (pullRequest: number) => {
      type Drift = { level: string | null; baseline: { branch: string | null } | null };
      const answer = await registry.ask<{ repository: { drift: Drift } }>(
        `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
          drift(pullRequest: ${pullRequest}) { level baseline { branch } } } }`,
        ownerAndName(repository),
      );
      return answer.repository.drift;
    },
  };
}
