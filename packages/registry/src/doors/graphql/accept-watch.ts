import { type AcceptWatchOutcome, acceptWatch } from '../../store/watch/accept-watch.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName, SecretsFound } from './problems.js';
import { CANDIDATES, parseBaseline } from './pull-plan.js';
import { describeSecrets } from './push.js';
import { NAME, OWNER } from './repository-name-input.js';
import { SnapshotNode } from './snapshot.js';

const AcceptWatchInput = builder.inputType('AcceptWatchInput', {
  description:
    'The watch to accept, and the pull request that gets it. Set at least one of `run` and `commit`.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    pullRequest: t.int({ required: true, description: 'The number of the pull request.' }),
    base: t.string({
      description:
        "The base branch of the pull request. For the pull request's own run, the one in its OIDC token is used " +
        'instead.',
    }),
    candidates: t.stringList({ description: CANDIDATES }),
    run: t.string({
      description: 'The id of the run that pushed the watch. Without it, `commit` must be named for a watch.',
    }),
    commit: t.string({
      description: 'The head commit of the pull request; see `nameWatchCommit`.',
    }),
  }),
});

type AcceptedShape = Extract<AcceptWatchOutcome, { kind: 'watch-accepted' }> & { repository: Repository };

const WatchAcceptedType = builder.objectRef<AcceptedShape>('WatchAccepted').implement({
  description: 'A watch whose changes are part of a pull request.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The state of the pull request after the acceptance.',
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    run: t.exposeString('run', { description: 'The id of the run that pushed the watch.' }),
    created: t.exposeBoolean('created', {
      description: 'Whether the pull request has a new snapshot. False when it accepted this watch before.',
    }),
    added: t.exposeInt('added', { description: 'The number of paths that were added to the pull request.' }),
    changed: t.exposeInt('changed', { description: 'The number of paths whose content was replaced.' }),
    removed: t.exposeInt('removed', { description: 'The number of paths that were removed.' }),
    left: t.exposeStringList('left', {
      description:
        'The paths that stay as they are, because the pull request itself changes them in another way.',
    }),
    warnings: t.exposeStringList('warnings', {
      description: 'Problems that did not prevent the acceptance, such as paths that were left as they are.',
    }),
  }),
});

const AcceptWatchResult = builder.unionType('AcceptWatchResult', {
  description: 'The result of `acceptWatch`.',
  types: [WatchAcceptedType, SecretsFound, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'WatchAccepted'),
});

builder.mutationField('acceptWatch', (t) =>
  t.field({
    type: AcceptWatchResult,
    description:
      'Copies what the first repeat of a watch recorded to a pull request, as a push to it. Paths that the pull ' +
      'request itself changes are left as they are. Needs the permission to push to the pull request. Repeating ' +
      'it changes nothing.',
    args: {
      input: t.arg({
        type: AcceptWatchInput,
        required: true,
        description: 'The watch and the pull request.',
      }),
    },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<AcceptedShape | Problem<'secrets' | 'invalid' | 'not-found' | 'forbidden'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const baseline = parseBaseline(input.candidates, null);
      if ('kind' in baseline) return baseline;
      const outcome = await acceptWatch(context.db, {
        repository,
        by: context.caller,
        pullRequest: input.pullRequest,
        base: input.base ?? null,
        candidates: baseline.candidates,
        run: input.run ?? null,
        commit: input.commit ?? null,
      });
      if (outcome.kind === 'secrets') return describeSecrets(outcome);
      return outcome.kind === 'watch-accepted' ? { ...outcome, repository } : outcome;
    },
  }),
);
