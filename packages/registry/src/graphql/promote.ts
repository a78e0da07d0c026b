import type { Repository } from '../repositories/repository.js';
import { type PromotionOutcome, promote } from '../snapshots/promote.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';
import { SnapshotNode } from './snapshot.js';

const PromoteInput = builder.inputType('PromoteInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    pullRequest: t.int({ required: true }),
    branch: t.string({ description: 'Where it was merged; its base branch when left out.' }),
    commit: t.string({ description: 'The commit that it was merged as.' }),
  }),
});

type PromotionShape = Extract<PromotionOutcome, { kind: 'promotion' }> & { repository: Repository };

const PromotionType = builder.objectRef<PromotionShape>('Promotion').implement({
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The branch after it; null while the branch has nothing.',
      resolve: ({ repository, snapshot }) => snapshot && { repository, snapshot },
    }),
    promoted: t.exposeBoolean('promoted', {
      description: 'False when it was promoted before, or pushed nothing.',
    }),
    reason: t.exposeString('reason'),
    added: t.exposeInt('added'),
    changed: t.exposeInt('changed'),
    removed: t.exposeInt('removed'),
  }),
});

const PromoteResult = builder.unionType('PromoteResult', {
  types: [PromotionType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'Promotion'),
});

builder.mutationField('promote', (t) =>
  t.field({
    type: PromoteResult,
    description: "Makes a merged pull request's changes those of the branch. Doing it again changes nothing.",
    args: { input: t.arg({ type: PromoteInput, required: true }) },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<PromotionShape | Problem<'invalid' | 'not-found' | 'forbidden'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const outcome = await promote(context.db, {
        repository,
        by: context.caller,
        pullRequest: input.pullRequest,
        branch: input.branch ?? null,
        commit: input.commit ?? null,
      });
      return outcome.kind === 'promotion' ? { ...outcome, repository } : outcome;
    },
  }),
);
