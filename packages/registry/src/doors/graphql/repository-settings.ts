import type { DefaultBranchChange } from '../../store/default-branch/change-default-branch.js';
import { changeSettings } from '../../store/default-branch/change-settings.js';
import { refusedBranchName } from '../../vocabulary/ref-name.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';
import { RepositoryNode, VisibilityEnum } from './repository.js';

const ChangeRepositoryInput = builder.inputType('ChangeRepositoryInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    visibility: t.field({ type: VisibilityEnum }),
    defaultBranch: t.string({
      description:
        'The branch whose recordings new branches and pull requests get. A name without recordings gets the old ' +
        'default branch itself; a branch with recordings keeps them and gets those that only the old one has.',
    }),
  }),
});

const ChangedRepositoryType = builder
  .objectRef<{ kind: 'changed' } & DefaultBranchChange>('ChangedRepository')
  .implement({
    fields: (t) => ({
      repository: t.field({ type: RepositoryNode, resolve: (changed) => changed.repository }),
      carriedAlong: t.string({
        nullable: true,
        description: 'What the new default branch has of the old one, in words. Null when it did not change.',
        resolve: (changed) => changed.carried,
      }),
    }),
  });

const ChangeRepositoryResult = builder.unionType('ChangeRepositoryResult', {
  types: [ChangedRepositoryType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'ChangedRepository'),
});

type Refusal = Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('changeRepository', (t) =>
  t.field({
    type: ChangeRepositoryResult,
    description: 'Changes the settings of a repository. Needs an admin of it.',
    args: { input: t.arg({ type: ChangeRepositoryInput, required: true }) },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<({ kind: 'changed' } & DefaultBranchChange) | Refusal> => {
      const found = await writableRepository(context, input.owner, input.name, 'admin');
      if ('problem' in found) return found.problem;
      const refused = input.defaultBranch == null ? null : refusedBranchName(input.defaultBranch);
      if (refused) return { kind: 'invalid', message: refused, field: 'defaultBranch' };
      const changed = await changeSettings(context.db, context.caller, found.repository, {
        ...(input.visibility == null ? {} : { visibility: input.visibility }),
        ...(input.defaultBranch == null ? {} : { defaultBranch: input.defaultBranch }),
      });
      return { kind: 'changed', ...changed };
    },
  }),
);
