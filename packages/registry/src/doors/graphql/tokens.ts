import { issueToken, withdrawToken } from '../../trust/access/manage-tokens.js';
import { listTokens, type TokenSummary } from '../../trust/access/token-store.js';
import { isRegistryAdmin } from '../../trust/identity/identity.js';
import { builder } from './builder.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';

const ScopeEnum = builder.enumType('TokenScope', {
  description: 'Each scope includes the ones before it.',
  values: { READ: { value: 'read' }, WRITE: { value: 'write' }, ADMIN: { value: 'admin' } } as const,
});

const CreateTokenInput = builder.inputType('CreateTokenInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    scope: t.field({ type: ScopeEnum, required: true }),
    label: t.string({ description: 'What it is for, to tell it from others.' }),
    ref: t.string({
      description:
        'Of a token with the scope WRITE, where it may write: a branch, `pull/12`, or a pattern in which `*` is anything. Everywhere when left out.',
    }),
    expiresAt: t.field({ type: 'DateTime' }),
  }),
});

const NewTokenType = builder.objectRef<{ kind: 'token'; id: number; token: string }>('NewToken').implement({
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: 'Revoke it under this number.' }),
    token: t.exposeString('token', { description: 'The token itself, shown here and never again.' }),
  }),
});

const CreateTokenResult = builder.unionType('CreateTokenResult', {
  types: [NewTokenType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'NewToken'),
});

builder.mutationField('createToken', (t) =>
  t.field({
    type: CreateTokenResult,
    description:
      'Makes a token for one repository. Needs an admin of it; an admin of the registry makes the repository too.',
    args: { input: t.arg({ type: CreateTokenInput, required: true }) },
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
  fields: (t) => ({ tokenId: t.exposeInt('id') }),
});

const RevokeTokenResult = builder.unionType('RevokeTokenResult', {
  types: [RevokedTokenType, NotFound],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'RevokedToken'),
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: RevokeTokenResult,
    description: 'Ends a token at once. Needs an admin of its repository.',
    args: { id: t.arg.int({ required: true }) },
    resolve: (_root, { id }, context): Promise<{ kind: 'revoked'; id: number } | Problem<'not-found'>> =>
      withdrawToken(context.db, context.caller, id),
  }),
);

const TokenType = builder.objectRef<TokenSummary>('Token').implement({
  description: 'A token without its secret, which nobody has.',
  fields: (t) => ({
    tokenId: t.exposeInt('id'),
    repository: t.exposeString('repository', { nullable: true, description: 'Null: for all repositories.' }),
    scope: t.field({ type: ScopeEnum, resolve: (token) => token.scope }),
    label: t.exposeString('name', { nullable: true }),
    ref: t.exposeString('refPattern', {
      nullable: true,
      description: 'Where it may write; null: everywhere.',
    }),
    createdBy: t.exposeString('createdBy', { nullable: true }),
    createdAt: t.field({ type: 'DateTime', resolve: (token) => token.createdAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'To the minute; null: never.',
      resolve: (token) => token.lastUsedAt,
    }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, resolve: (token) => token.expiresAt }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, resolve: (token) => token.revokedAt }),
  }),
});

builder.queryField('tokens', (t) =>
  t.field({
    type: [TokenType],
    description: 'All tokens that were ever made. Only an admin of the registry gets any.',
    resolve: async (_root, _args, context) =>
      isRegistryAdmin(context.identity) ? listTokens(context.db) : [],
  }),
);
