import { issueToken, withdrawToken } from '../../trust/access/manage-tokens.js';
import { listTokens, type TokenSummary } from '../../trust/access/token-store.js';
import { isRegistryAdmin } from '../../trust/identity/identity.js';
import { builder } from './builder.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';

export const ScopeEnum = builder.enumType('TokenScope', {
  description: 'The permissions of a token. Each scope includes the ones before it.',
  values: {
    READ: { value: 'read', description: 'Pull and browse recordings.' },
    WRITE: { value: 'write', description: 'Push and promote recordings, and accept drift.' },
    ADMIN: { value: 'admin', description: 'Manage settings, tokens, allowed secrets and purges.' },
  } as const,
});

const CreateTokenInput = builder.inputType('CreateTokenInput', {
  description: 'The token to create.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    scope: t.field({ type: ScopeEnum, required: true, description: 'What the token can do.' }),
    label: t.string({ description: 'A name for the token, shown in lists and in the audit log.' }),
    ref: t.string({
      description:
        'Limits a token with the scope WRITE to matching refs: a branch, `pull/12`, or a pattern with ' +
        '`*`. Without it, the token can write to all refs.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires. Without it, the token never expires.',
    }),
  }),
});

const NewTokenType = builder.objectRef<{ kind: 'token'; id: number; token: string }>('NewToken').implement({
  description: 'A new token.',
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: 'The number of the token, for `revokeToken`.' }),
    token: t.exposeString('token', { description: 'The token itself. It cannot be read again later.' }),
  }),
});

const CreateTokenResult = builder.unionType('CreateTokenResult', {
  description: 'The result of `createToken`.',
  types: [NewTokenType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'NewToken'),
});

builder.mutationField('createToken', (t) =>
  t.field({
    type: CreateTokenResult,
    description:
      'Creates a token for one repository. Needs the scope ADMIN for it. A registry admin also creates ' +
      'the repository.',
    args: { input: t.arg({ type: CreateTokenInput, required: true, description: 'The token to create.' }) },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<
      { kind: 'token'; id: number; token: string } | Problem<'invalid' | 'not-found' | 'forbidden'>
    > =>
      issueToken(context.db, context.caller, {
        owner: input.owner,
        name: input.name,
        scope: input.scope,
        label: input.label ?? null,
        ref: input.ref ?? null,
        expiresAt: input.expiresAt ?? null,
      }),
  }),
);

const RevokedTokenType = builder.objectRef<{ kind: 'revoked'; id: number }>('RevokedToken').implement({
  description: 'A token that was revoked.',
  fields: (t) => ({ tokenId: t.exposeInt('id', { description: 'The number of the token.' }) }),
});

const RevokeTokenResult = builder.unionType('RevokeTokenResult', {
  description: 'The result of `revokeToken`.',
  types: [RevokedTokenType, NotFound],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'RevokedToken'),
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: RevokeTokenResult,
    description: 'Revokes a token immediately. Needs the scope ADMIN for its repository.',
    args: { id: t.arg.int({ required: true, description: 'The number of the token.' }) },
    resolve: (_root, { id }, context): Promise<{ kind: 'revoked'; id: number } | Problem<'not-found'>> =>
      withdrawToken(context.db, context.caller, id),
  }),
);

const TokenType = builder.objectRef<TokenSummary>('Token').implement({
  description: 'A token, without its secret: the registry stores only a hash.',
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: 'The number of the token, for `revokeToken`.' }),
    repository: t.exposeString('repository', {
      nullable: true,
      description: 'The repository of the token, as `owner/name`. Null for all repositories.',
    }),
    scope: t.field({
      type: ScopeEnum,
      description: 'What the token can do.',
      resolve: (token) => token.scope,
    }),
    label: t.exposeString('name', { nullable: true, description: 'The name of the token.' }),
    ref: t.exposeString('refPattern', {
      nullable: true,
      description: 'The refs that the token can write to. Null for all refs.',
    }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'Who created the token, as in the audit log.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the token was created.',
      resolve: (token) => token.createdAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was last used, to the minute. Null when it was never used.',
      resolve: (token) => token.lastUsedAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token expires. Null when it never expires.',
      resolve: (token) => token.expiresAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was revoked. Null when it was not.',
      resolve: (token) => token.revokedAt,
    }),
  }),
});

builder.queryField('tokens', (t) =>
  t.field({
    type: [TokenType],
    description:
      'All tokens, including expired and revoked ones. Empty unless the caller is a registry admin.',
    resolve: async (_root, _args, context) =>
      isRegistryAdmin(context.identity) ? listTokens(context.db) : [],
  }),
);
