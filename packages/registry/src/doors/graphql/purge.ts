import { type PurgeOutcome, purgeContent } from '../../store/purge/purge-content.js';
import type { Purge } from '../../store/purged/purge.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';

export const PurgeType = builder.objectRef<Purge>('Purge').implement({
  description: 'The record that an admin purged a content. Everyone who can read the repository can read it.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description: 'When the content was purged.',
      resolve: (purge) => new Date(purge.at),
    }),
    by: t.exposeString('by', { description: 'Who purged it, as in the audit log.' }),
    reason: t.exposeString('reason', { description: 'Why it was purged.' }),
  }),
});

const PurgeContentInput = builder.inputType('PurgeContentInput', {
  description: 'The content to purge.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    digest: t.string({
      required: true,
      description: 'The sha256 of the content: the `digest` of a recording.',
    }),
    reason: t.string({
      required: true,
      description:
        'The reason, on one line. Everyone who can read the repository sees it, so do not quote the content.',
    }),
  }),
});

type PurgedShape = Extract<PurgeOutcome, { kind: 'purged' }>;

const PurgedType = builder.objectRef<PurgedShape>('Purged').implement({
  description: 'A successful purge.',
  fields: (t) => ({
    digest: t.exposeString('digest', { description: 'The sha256 of the purged content, in hex.' }),
    recordings: t.exposeInt('recordings', {
      description:
        'The number of recordings with this content in any snapshot: each path counts once per branch or ' +
        'pull request.',
    }),
    refs: t.exposeInt('refs', {
      description: 'The number of branches and pull requests with such recordings.',
    }),
    bytes: t.exposeInt('bytes', { description: 'The number of stored bytes that the purge freed.' }),
    purge: t.field({
      type: PurgeType,
      description: 'The record of the purge.',
      resolve: (purged) => purged.purge,
    }),
    notice: t.exposeString('notice', {
      nullable: true,
      description: 'Where copies of the content remain outside the database, and how to remove them.',
    }),
    already: t.exposeBoolean('already', {
      description: 'Whether the content was purged before. Then this call changed nothing.',
    }),
  }),
});

const PurgeContentResult = builder.unionType('PurgeContentResult', {
  description: 'The result of `purgeContent`.',
  types: [PurgedType, NotFound, Forbidden, InvalidInput],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'Purged'),
});

builder.mutationField('purgeContent', (t) =>
  t.field({
    type: PurgeContentResult,
    description:
      'Permanently removes a content from all snapshots. The snapshots still list its recordings, but ' +
      'nobody can pull or read them, and the same bytes cannot be pushed again. Needs the scope ADMIN ' +
      'for the repository.',
    args: {
      input: t.arg({ type: PurgeContentInput, required: true, description: 'The content to purge.' }),
    },
    resolve: async (_root, { input }, context): Promise<PurgeOutcome | Problem<'forbidden'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'admin');
      if ('problem' in found) return found.problem;
      const { digest, reason } = input;
      return purgeContent(context, {
        repository: found.repository,
        digest,
        reason,
        caller: context.caller,
      });
    },
  }),
);
