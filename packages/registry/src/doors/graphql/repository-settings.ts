import type { DefaultBranchChange } from '../../store/default-branch/change-default-branch.js';
import { changeSettings } from '../../store/default-branch/change-settings.js';
import { refusedBranchName } from '../../vocabulary/ref-name.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { RepositoryNode, VisibilityEnum } from './repository.js';
import { NAME, OWNER } from './repository-name-input.js';

const ChangeRepositoryInput = builder.inputType('ChangeRepositoryInput', {
  description: 'The settings to change. Settings that are left out stay as they are.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    visibility: t.field({ type: VisibilityEnum, description: 'Who can read the recordings.' }),
    defaultBranch: t.string({
      description:
        'The branch whose recordings new branches and pull requests start from. When the branch has no ' +
        'recordings, it takes over those of the old default branch. When it has some, it keeps them and ' +
        'gets those that only the old default branch has.',
    }),
  }),
});

const ChangedRepositoryType = builder
  .objectRef<{ kind: 'changed' } & DefaultBranchChange>('ChangedRepository')
  .implement({
    description: 'A repository whose settings were changed.',
    fields: (t) => ({
      repository: t.field({
        type: RepositoryNode,
        description: 'The repository with its new settings.',
        resolve: (changed) => changed.repository,
      }),
      carriedAlong: t.string({
        nullable: true,
        description:
          'Which recordings the new default branch got from the old one. Null when the default branch ' +
          'did not change.',
        resolve: (changed) => changed.carried,
      }),
    }),
  });

const ChangeRepositoryResult = builder.unionType('ChangeRepositoryResult', {
  description: 'The result of `changeRepository`.',
  types: [ChangedRepositoryType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'ChangedRepository'),
});

type Refusal = Problem<'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('changeRepository', (t) =>
  t.field({
    type: ChangeRepositoryResult,
    description: 'Changes the settings of a repository. Needs the scope ADMIN for it.',
    args: {
      input: t.arg({ type: ChangeRepositoryInput, required: true, description: 'The settings to change.' }),
    },
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
