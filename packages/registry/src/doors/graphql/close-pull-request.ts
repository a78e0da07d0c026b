import { type CloseOutcome, closePullRequest } from '../../store/promotion/close-pull-request.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';

const ClosePullRequestInput = builder.inputType('ClosePullRequestInput', {
  description: 'The pull request that was closed.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    pullRequest: t.int({ required: true, description: 'The number of the pull request.' }),
  }),
});

type ClosedShape = Extract<CloseOutcome, { kind: 'closed' }> & { repository: Repository };

const ClosedPullRequestType = builder.objectRef<ClosedShape>('ClosedPullRequest').implement({
  description: 'A pull request that was closed without a merge.',
  fields: (t) => ({
    closedAt: t.field({
      type: 'DateTime',
      description: 'When the closing was reported to the registry.',
      resolve: ({ closedAt }) => closedAt,
    }),
    changed: t.exposeBoolean('changed', {
      description: 'False when this run or a later one has already reported it.',
    }),
  }),
});

const ClosePullRequestResult = builder.unionType('ClosePullRequestResult', {
  description: 'The result of `closePullRequest`.',
  types: [ClosedPullRequestType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'ClosedPullRequest'),
});

builder.mutationField('closePullRequest', (t) =>
  t.field({
    type: ClosePullRequestResult,
    description:
      'Reports that a pull request was closed without a merge. Runs that started earlier can no longer ' +
      'push to it. A run that starts later can, because it proves that the pull request was reopened. ' +
      'Requires a workflow run on the pull request or on its base branch, or a dispatched or scheduled run of ' +
      'the default branch.',
    args: {
      input: t.arg({
        type: ClosePullRequestInput,
        required: true,
        description: 'The pull request that was closed.',
      }),
    },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<ClosedShape | Problem<'invalid' | 'not-found' | 'forbidden'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const { pullRequest } = input;
      const outcome = await closePullRequest(context.db, { repository, by: context.caller, pullRequest });
      return outcome.kind === 'closed' ? { ...outcome, repository } : outcome;
    },
  }),
);
