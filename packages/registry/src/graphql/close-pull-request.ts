import type { Repository } from '../repositories/repository.js';
import { type CloseOutcome, closePullRequest } from '../snapshots/close-pull-request.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, typeOfResult } from './problems.js';

const ClosePullRequestInput = builder.inputType('ClosePullRequestInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    pullRequest: t.int({ required: true }),
  }),
});

type ClosedShape = Extract<CloseOutcome, { kind: 'closed' }> & { repository: Repository };

const ClosedPullRequestType = builder.objectRef<ClosedShape>('ClosedPullRequest').implement({
  fields: (t) => ({
    closedAt: t.field({
      type: 'DateTime',
      description: 'When the registry learned that it was closed.',
      resolve: ({ closedAt }) => closedAt,
    }),
    changed: t.exposeBoolean('changed', {
      description: 'False when this run, or one that started later, reported it before.',
    }),
  }),
});

const ClosePullRequestResult = builder.unionType('ClosePullRequestResult', {
  types: [ClosedPullRequestType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'ClosedPullRequest'),
});

builder.mutationField('closePullRequest', (t) =>
  t.field({
    type: ClosePullRequestResult,
    description:
      'Reports that a pull request was closed without a merge. Runs that started earlier may no longer push to it; a ' +
      'run that starts later may, because the pull request is open again. Only a workflow run on the pull request or on ' +
      'its base branch may report it.',
    args: { input: t.arg({ type: ClosePullRequestInput, required: true }) },
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
