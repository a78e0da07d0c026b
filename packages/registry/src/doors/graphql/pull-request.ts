import { findVerdict } from '../../review/verdicts/verdict-store.js';
import { pullRequestSecrets } from '../../store/checks/pull-request-secrets.js';
import { headOf, keyAt } from '../../store/snapshots/layer-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { PossibleSecretsType } from './possible-secrets.js';
import { SnapshotNode } from './snapshot.js';
import { VerdictType } from './verdict.js';

export const PullRequestType = builder
  .objectRef<{ repository: Repository; ref: Ref }>('PullRequest')
  .implement({
    description:
      'A pull request with recordings. Its state is the state of its base branch plus its own changes.',
    fields: (t) => ({
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
        resolve: async ({ repository, ref }, _args, context) => ({
          repository,
          snapshot: await keyAt(context.db, repository.id, { refId: ref.id, version: ref.version }),
        }),
      }),
      verdict: t.field({
        type: VerdictType,
        nullable: true,
        description: 'The outcome of its last report. Null when no report was requested yet.',
        resolve: async ({ ref }, _args, context) => {
          const verdict = await findVerdict(context.db, ref);
          return verdict && { ref, verdict };
        },
      }),
      possibleSecrets: t.field({
        type: PossibleSecretsType,
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
                snapshot: await keyAt(context.db, repository.id, {
                  refId: ref.promotedRefId,
                  version: ref.promotedAs,
                }),
              },
      }),
    }),
  });
