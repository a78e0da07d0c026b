import { pullRequestSecrets } from '../../store/checks/pull-request-secrets.js';
import { headOf } from '../../store/snapshots/layer-store.js';
import { stateOfPullRequest } from '../../store/snapshots/pull-request-condition.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { findRef } from '../../store/snapshots/ref-store.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { visibleById } from './context.js';
import { PossibleSecretsType } from './possible-secrets.js';
import { SnapshotNode } from './snapshot.js';
import { VerdictType } from './verdict.js';

export const PullRequestStateEnum = builder.enumType('PullRequestState', {
  description: 'The state of a pull request, as far as the registry knows it.',
  values: {
    OPEN: { description: 'Neither promoted nor closed.' },
    MERGED: { description: 'It was merged, and its recordings were promoted.' },
    CLOSED: { description: 'It was closed without a merge.' },
  } as const,
});

export interface PullRequestShape {
  repository: Repository;
  ref: Ref;
}

export const PullRequestNode = builder.objectRef<PullRequestShape>('PullRequest');

builder.node(PullRequestNode, {
  description:
    'A pull request with recordings. Its state is the state of its base branch plus its own changes.',
  id: {
    description: 'The id of this pull request, for the query `node`.',
    resolve: ({ ref }) => `${ref.repositoryId}:${ref.name}`,
  },
  loadOne: async (id, context) => {
    const [, repositoryId, number = ''] = /^(\d{1,15}):(\d{1,10})$/.exec(id) ?? [];
    const found = repositoryId === undefined ? null : await repositoryById(context.db, Number(repositoryId));
    const repository = await visibleById(context, found);
    if (repository === null) return null;
    const ref = await findRef(context.db, repository.id, 'PULL_REQUEST', number);
    return ref && ref.version > 0 ? { repository, ref } : null;
  },
  isTypeOf: (value) =>
    typeof value === 'object' &&
    value !== null &&
    'ref' in value &&
    (value.ref as Ref).kind === 'PULL_REQUEST',
  fields: (t) => ({
    state: t.field({
      type: PullRequestStateEnum,
      description: 'Whether it is open, merged or closed.',
      resolve: ({ ref }) => stateOfPullRequest(ref),
    }),
    baseBranch: t.string({
      nullable: true,
      description: 'The branch that it will be merged into, from its last push. Null when no push named one.',
      resolve: ({ ref }) => ref.baseName,
    }),
    fromFork: t.boolean({
      description: 'Whether its recordings come from a fork, whose author cannot write to the repository.',
      resolve: ({ ref }) => ref.fromFork,
    }),
    number: t.int({
      description: 'The number of the pull request.',
      resolve: ({ ref }) => Number(ref.name),
    }),
    title: t.string({
      nullable: true,
      description:
        'The title, as the last push that named one sent it. Untrusted text of at most 256 characters. ' +
        'Null when no push named one.',
      resolve: ({ ref }) => ref.title,
    }),
    author: t.string({
      nullable: true,
      description:
        "The author's login, as the last push that named one sent it. Untrusted text of at most 64 " +
        'characters. Null when no push named one.',
      resolve: ({ ref }) => ref.author,
    }),
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The newest state of the pull request.',
      resolve: async ({ repository, ref }, _args, { loaders }) => ({
        repository,
        snapshot: await loaders.snapshots.key.load({
          repositoryId: repository.id,
          refId: ref.id,
          version: ref.version,
        }),
      }),
    }),
    verdict: t.field({
      type: VerdictType,
      nullable: true,
      description: 'The outcome of its last report. Null when no report was requested yet.',
      resolve: async ({ ref }, _args, { loaders }) => {
        const { repositoryId, id: refId } = ref;
        const verdict = await loaders.snapshots.verdict.load({ repositoryId, refId });
        return verdict && { ref, verdict };
      },
    }),
    possibleSecrets: t.field({
      type: PossibleSecretsType,
      complexity: 50,
      description: 'What may be a secret in its recordings, whichever of its pushes brought it.',
      resolve: ({ repository, ref }, _args, context) => pullRequestSecrets(context.db, repository, ref),
    }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its closing without a merge was reported. Null while it is open.',
      resolve: ({ ref }) => ref.closedAt,
    }),
    rerun: t.field({
      type: SnapshotNode,
      complexity: 5,
      nullable: true,
      description: 'The state that re-runs pushed after it was merged or closed. Null when there is none.',
      resolve: async ({ repository, ref }, _args, context) => {
        const snapshot = await headOf(context.db, repository.id, 'RERUN', ref.name);
        return snapshot && { repository, snapshot };
      },
    }),
    promotedAs: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The state of the branch after its promotion. Null when it was not promoted.',
      resolve: async ({ repository, ref }, _args, context) =>
        ref.promotedRefId === null || ref.promotedAs === null
          ? null
          : {
              repository,
              snapshot: await context.loaders.snapshots.key.load({
                repositoryId: repository.id,
                refId: ref.promotedRefId,
                version: ref.promotedAs,
              }),
            },
    }),
  }),
});
