import { describeBranchName } from '@fixture-registry/protocol';
import type { Connection } from '../../database/connect.js';
import { issueToken, type TokenRequest, withdrawToken } from '../../trust/access/manage-tokens.js';
import { listTokens, type TokenSummary } from '../../trust/access/token-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { OwningServer } from './command-database.js';
import { queryServer } from './query-server.js';

/** The identity of commands: access to the database includes all permissions. */
export const OPERATOR: Caller = {
  identity: {
    who: 'command line',
    actor: null,
    run: null,
    grants: [{ repositoryId: 'all', scope: 'admin' }],
  },
  address: null,
  requestId: null,
};

/** Manages tokens, in the database or through a server. A failure has a message. */
export interface TokenManager {
  create(
    request: TokenRequest,
  ): Promise<{ kind: 'token'; token: string } | { kind: string; message: string }>;
  list(): Promise<TokenSummary[]>;
  revoke(id: number): Promise<{ kind: 'revoked' } | { kind: string; message: string }>;
}

/** Manages the tokens in a database. */
export function databaseTokens({ db }: Connection): TokenManager {
  return {
    create: (request) => issueToken(db, OPERATOR, request),
    list: () => listTokens(db),
    revoke: (id) => withdrawToken(db, OPERATOR, id),
  };
}

/** Manages tokens through the server that owns the embedded database. */
export function serverTokens(owner: OwningServer): TokenManager {
  return {
    create: async (request) => {
      const { createToken } = await queryServer<{ createToken: { token?: string; message?: string } }>(
        owner,
        `mutation ($input: CreateTokenInput!) { createToken(input: $input) {
          ... on NewToken { token } ... on Problem { message } } }`,
        {
          input: {
            owner: request.owner,
            name: request.name,
            scope: request.scope.toUpperCase(),
            label: request.label,
            ref: request.ref,
            expiresAt: request.expiresAt?.toISOString() ?? null,
          },
        },
      );
      return createToken.token === undefined
        ? { kind: 'refused', message: createToken.message ?? 'the server refused' }
        : { kind: 'token', token: createToken.token };
    },
    list: async () => {
      type Moment = 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt';
      type Listed = Omit<TokenSummary, Moment | 'repositoryId'> & Record<Moment, string | null>;
      const { tokens } = await queryServer<{ tokens: Listed[] }>(
        owner,
        `{ tokens { id: tokenId repository scope name: label refPattern: ref createdBy createdAt lastUsedAt expiresAt revokedAt } }`,
        {},
      );
      const moment = (text: string | null) => (text === null ? null : new Date(text));
      return tokens.map((token) => ({
        ...token,
        repositoryId: 0,
        scope: token.scope.toLowerCase() as TokenSummary['scope'],
        createdAt: new Date(token.createdAt ?? 0),
        lastUsedAt: moment(token.lastUsedAt),
        expiresAt: moment(token.expiresAt),
        revokedAt: moment(token.revokedAt),
      }));
    },
    revoke: async (id) => {
      const { revokeToken } = await queryServer<{ revokeToken: { message?: string } }>(
        owner,
        `mutation ($id: Int!) { revokeToken(id: $id) { __typename ... on Problem { message } } }`,
        { id },
      );
      return revokeToken.message === undefined
        ? { kind: 'revoked' }
        : { kind: 'refused', message: revokeToken.message };
    },
  };
}

/** One line for each token, newest last, with its fields separated by tabs. */
export function describeTokens(tokens: TokenSummary[], now: Date): string {
  if (tokens.length === 0) return 'there are no tokens yet';
  return tokens
    .map((token) => {
      const state = token.revokedAt
        ? `revoked ${day(token.revokedAt)}`
        : token.expiresAt && token.expiresAt <= now
          ? `expired ${day(token.expiresAt)}`
          : token.expiresAt
            ? `valid until ${day(token.expiresAt)}`
            : 'valid';
      const columns = [
        token.id,
        token.repository ?? 'all repositories',
        token.refPattern === null ? token.scope : `${token.scope} ${describeBranchName(token.refPattern)}`,
        state,
        token.lastUsedAt === null ? 'never used' : `used ${day(token.lastUsedAt)}`,
        token.name ?? '',
      ];
      return columns.join('\t').trimEnd();
    })
    .join('\n');
}

const day = (moment: Date) => moment.toISOString().slice(0, 10);
