import { ownerAndName } from './push-files.js';
import type { TestRegistry } from './registry.js';

/** The result of the mutation, of any type. */
export interface PurgeAnswer {
  __typename: string;
  message?: string;
  field?: string | null;
  recordings?: number;
  refs?: number;
  bytes?: number;
  already?: boolean;
  notice?: string | null;
  purge?: { at: string; by: string; reason: string };
}

/** Purges a content through GraphQL, as the admin or with another token. */
export async function purge(
  registry: TestRegistry,
  wish: { repository: string; digest: string; reason?: string },
  token?: string | null,
): Promise<PurgeAnswer> {
  const { repository, digest, reason = 'it held a code word' } = wish;
  const { purgeContent } = await registry.ask<{ purgeContent: PurgeAnswer }>(
    `mutation ($input: PurgeContentInput!) { purgeContent(input: $input) {
      __typename
      ... on Purged { recordings refs bytes already notice purge { at by reason } }
      ... on Problem { message } ... on InvalidInput { field } } }`,
    { input: { ...ownerAndName(repository), digest, reason } },
    token,
  );
  return purgeContent;
}

/** A token of a scope for one repository. */
export async function tokenFor(registry: TestRegistry, repository: string, scope: string): Promise<string> {
  const { createToken } = await registry.ask<{ createToken: { token: string } }>(
    `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } ... on Problem { message } } }`,
    { input: { ...ownerAndName(repository), scope, label: scope.toLowerCase() } },
  );
  return createToken.token;
}

/**
 * Everything that GraphQL returns about the recordings of a state and the drift of a pull request,
 * as text.
 */
export async function allThatIsTold(
  registry: TestRegistry,
  repository: string,
  at: Record<string, unknown>,
  pullRequest: number | null = null,
): Promise<string> {
  const drift = `drift(pullRequest: $pullRequest) {
    text markdown changes(first: 100) { nodes { kind level path summary before { content } after { content } } } }`;
  const answer = await registry.ask(
    `query ($owner: String!, $name: String!, $at: At${pullRequest === null ? '' : ', $pullRequest: Int'}) {
      repository(owner: $owner, name: $name) {
        recordings(at: $at, first: 100) { nodes { path digest responseText content problem purged { at by reason } } }
        ${pullRequest === null ? '' : drift}
      }
    }`,
    { ...ownerAndName(repository), at, ...(pullRequest === null ? {} : { pullRequest }) },
  );
  return JSON.stringify(answer);
}
