import { type PurgeOutcome, purgeContent } from '../../store/purge/purge-content.js';
import type { Purge } from '../../store/purged/purge.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';

export const PurgeType = builder.objectRef<Purge>('Purge').implement({
  description: 'That an admin removed a content. Everybody who may read the repository may read this.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: (purge) => new Date(purge.at) }),
    by: t.exposeString('by', { description: 'As the audit log names them.' }),
    reason: t.exposeString('reason'),
  }),
});

const PurgeContentInput = builder.inputType('PurgeContentInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    digest: t.string({ required: true, description: 'The sha256 of the content, as a recording tells it.' }),
    reason: t.string({
      required: true,
      description: 'Why, on one line, without repeating the content: all readers of the repository see it.',
    }),
  }),
});

type PurgedShape = Extract<PurgeOutcome, { kind: 'purged' }>;

const PurgedType = builder.objectRef<PurgedShape>('Purged').implement({
  fields: (t) => ({
    digest: t.exposeString('digest'),
    recordings: t.exposeInt('recordings', {
      description: 'Paths that name it in any snapshot, each counted once for a branch or pull request.',
    }),
    refs: t.exposeInt('refs', { description: 'Branches and pull requests that name it.' }),
    bytes: t.exposeInt('bytes', { description: 'Bytes, as stored, that this freed.' }),
    purge: t.field({ type: PurgeType, resolve: (purged) => purged.purge }),
    notice: t.exposeString('notice', {
      nullable: true,
      description: 'Where bytes of it are still outside of the database, and what to do about it.',
    }),
    already: t.exposeBoolean('already', {
      description: 'It had been purged before; nothing was changed this time.',
    }),
  }),
});

const PurgeContentResult = builder.unionType('PurgeContentResult', {
  types: [PurgedType, NotFound, Forbidden, InvalidInput],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'Purged'),
});

builder.mutationField('purgeContent', (t) =>
  t.field({
    type: PurgeContentResult,
    description:
      'Removes a content for ever, from all snapshots. They go on naming it, but it is not pulled or shown any more, and ' +
      'the same bytes are not taken in again. Needs an admin of the repository.',
    args: { input: t.arg({ type: PurgeContentInput, required: true }) },
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
