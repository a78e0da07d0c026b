import { describeBranchName } from '@fixture-registry/protocol';
import { type PromotionOutcome, promote } from '../../store/promotion/promote.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, resultTypeName, SecretsFound } from './problems.js';
import { NAME, OWNER } from './repository-name-input.js';
import { SnapshotNode } from './snapshot.js';

const PromoteInput = builder.inputType('PromoteInput', {
  description: 'The pull request to promote.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    pullRequest: t.int({ required: true, description: 'The number of the merged pull request.' }),
    branch: t.string({
      description: 'The branch that it was merged into. Without it, the base branch of the pull request.',
    }),
    commit: t.string({ description: 'The commit on the branch that merged it: a full git commit id.' }),
    head: t.string({
      description:
        'The head commit that was merged. Only recordings that were pushed for this commit are promoted. ' +
        'Without it, the newest state of the pull request is promoted.',
    }),
    mergedAt: t.field({
      type: 'DateTime',
      description: 'When it was merged. Together with `head`, excludes recordings that were pushed later.',
    }),
    unlessChanged: t.boolean({
      description:
        'Refuses when the branch changed one of the recordings after `mergedAt`, which it needs. For a ' +
        'promotion long after the merge, which would replace newer recordings.',
    }),
  }),
});

type PromotionShape = Extract<PromotionOutcome, { kind: 'promotion' }> & { repository: Repository };

const PromotionType = builder.objectRef<PromotionShape>('Promotion').implement({
  description: 'The outcome of a promotion.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The state of the branch after the promotion. Null when the branch has no recordings.',
      resolve: ({ repository, snapshot }) => snapshot && { repository, snapshot },
    }),
    promoted: t.exposeBoolean('promoted', {
      description:
        'Whether this call promoted something. False when it was promoted before, or has no recordings.',
    }),
    reason: t.exposeString('reason', { description: 'What was promoted, or why nothing was.' }),
    warnings: t.exposeStringList('warnings', {
      description:
        'Problems that did not prevent the promotion, such as recordings pushed after the merged commit.',
    }),
    added: t.exposeInt('added', { description: 'The number of paths added to the branch.' }),
    changed: t.exposeInt('changed', { description: 'The number of paths whose content was replaced.' }),
    removed: t.exposeInt('removed', { description: 'The number of paths removed from the branch.' }),
  }),
});

const PromoteResult = builder.unionType('PromoteResult', {
  description: 'The result of `promote`.',
  types: [PromotionType, InvalidInput, NotFound, Forbidden, SecretsFound],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'Promotion'),
});

builder.mutationField('promote', (t) =>
  t.field({
    type: PromoteResult,
    description:
      'Copies the changes of a merged pull request to the branch. A second call changes nothing, except ' +
      'with a token when the pull request has new recordings.',
    args: {
      input: t.arg({ type: PromoteInput, required: true, description: 'The pull request to promote.' }),
    },
    resolve: async (
      _root,
      { input },
      context,
    ): Promise<PromotionShape | Problem<'invalid' | 'not-found' | 'forbidden' | 'secrets'>> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const outcome = await promote(context.db, {
        repository,
        by: context.caller,
        pullRequest: input.pullRequest,
        branch: input.branch ?? null,
        commit: input.commit ?? null,
        head: input.head ?? null,
        mergedAt: input.mergedAt ?? null,
        unlessChanged: input.unlessChanged ?? false,
      });
      if (outcome.kind === 'promotion') return { ...outcome, repository };
      if (outcome.kind !== 'secrets') return outcome;
      return { ...outcome, message: describeSecrets(outcome, input.pullRequest) };
    },
  }),
);

/** Maximum number of files that a message names. */
const MAXIMUM_NAMED = 5;

function describeSecrets(
  { branch, findings }: Extract<PromotionOutcome, { kind: 'secrets' }>,
  pullRequest: number,
): string {
  const files = [...new Set(findings.map(({ path, kind }) => `${path} (${kind})`))];
  const target = describeBranchName(branch);
  const more = files.length > MAXIMUM_NAMED ? ` and ${files.length - MAXIMUM_NAMED} more` : '';
  return (
    `pull request #${pullRequest} is not promoted: ${target} does not allow what looks like a secret in ` +
    `${files.slice(0, MAXIMUM_NAMED).join(', ')}${more}. Allow it in the settings of ${target} or as an ` +
    `admin, or record it again on ${target}; then promote the pull request again with \`fixtures ` +
    'promote`'
  );
}
