import type { Repository } from '../repositories/repository.js';
import { headOf, keyAt } from '../snapshots/layer-store.js';
import type { Ref } from '../snapshots/ref.js';
import { builder } from './builder.js';
import { SnapshotNode } from './snapshot.js';

/** A pull request that pushed recordings. */
export const PullRequestType = builder
  .objectRef<{ repository: Repository; ref: Ref }>('PullRequest')
  .implement({
    description: 'A pull request that pushed recordings; they lie over those of its base branch.',
    fields: (t) => ({
      fromFork: t.boolean({
        description: 'Its recordings come from a fork, from somebody who may not write to the repository.',
        resolve: ({ ref }) => ref.fromFork,
      }),
      number: t.int({ resolve: ({ ref }) => Number(ref.name) }),
      snapshot: t.field({
        type: SnapshotNode,
        description: 'Its newest state.',
        resolve: async ({ repository, ref }, _args, context) => ({
          repository,
          snapshot: await keyAt(context.db, repository.id, { refId: ref.id, version: ref.version }),
        }),
      }),
      closedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the registry learned that it was closed without a merge; null while it is open.',
        resolve: ({ ref }) => ref.closedAt,
      }),
      rerun: t.field({
        type: SnapshotNode,
        nullable: true,
        description: 'What re-runs pushed after it was merged or closed; null where there is nothing.',
        resolve: async ({ repository, ref }, _args, context) => {
          const snapshot = await headOf(context.db, repository.id, 'RERUN', ref.name);
          return snapshot && { repository, snapshot };
        },
      }),
      promotedAs: t.field({
        type: SnapshotNode,
        nullable: true,
        description: 'The state of the branch that its promotion made; null while it was not merged.',
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
