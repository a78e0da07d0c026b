import { describeBranchName } from '@fixture-registry/protocol';
import { type PromotionOutcome, promote } from '../../store/promotion/promote.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
import { Forbidden, InvalidInput, NotFound, type Problem, SecretsFound, typeOfResult } from './problems.js';
import { SnapshotNode } from './snapshot.js';

const PromoteInput = builder.inputType('PromoteInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    pullRequest: t.int({ required: true }),
    branch: t.string({ description: 'Where it was merged; its base branch when left out.' }),
    commit: t.string({ description: 'The commit that it was merged as.' }),
    head: t.string({
      description:
        'The head commit of the pull request that was merged: what its runs pushed is promoted, and nothing else. ' +
        'Without it, the newest state is.',
    }),
    mergedAt: t.field({
      type: 'DateTime',
      description: 'When it was merged: with `head`, what was pushed later is not promoted.',
    }),
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
    warnings: t.exposeStringList('warnings', {
      description:
        'What the caller should look into, such as recordings that were pushed after the merged commit.',
    }),
    added: t.exposeInt('added'),
    changed: t.exposeInt('changed'),
    removed: t.exposeInt('removed'),
  }),
});

const PromoteResult = builder.unionType('PromoteResult', {
  types: [PromotionType, InvalidInput, NotFound, Forbidden, SecretsFound],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'Promotion'),
});

builder.mutationField('promote', (t) =>
  t.field({
    type: PromoteResult,
    description:
      "Makes a merged pull request's changes those of the branch. Doing it again changes nothing, unless a token asks " +
      'and the pull request pushed more in between.',
    args: { input: t.arg({ type: PromoteInput, required: true }) },
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
      });
      if (outcome.kind === 'promotion') return { ...outcome, repository };
      if (outcome.kind !== 'secrets') return outcome;
      return { ...outcome, message: refusedFor(outcome, input.pullRequest) };
    },
  }),
);

/** Files that one message names. */
const MOST_NAMED = 5;

function refusedFor(
  { branch, findings }: Extract<PromotionOutcome, { kind: 'secrets' }>,
  pullRequest: number,
): string {
  const files = [...new Set(findings.map(({ path, kind }) => `${path} (${kind})`))];
  const target = describeBranchName(branch);
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  return (
    `pull request #${pullRequest} is not promoted: ${target} does not allow what looks like a secret in ` +
    `${files.slice(0, MOST_NAMED).join(', ')}${more}. Allow it in the settings of ${target} or as an admin, or record ` +
    `it again on ${target}; then promote the pull request again with \`fixtures promote\``
  );
}
