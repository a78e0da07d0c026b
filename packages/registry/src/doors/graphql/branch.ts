import type { Ref } from '../../store/snapshots/ref.js';
import { refById } from '../../store/snapshots/ref-store.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { visibleById } from './context.js';
import { SnapshotNode } from './snapshot.js';

export interface BranchShape {
  repository: Repository;
  ref: Ref;
}

export const BranchNode = builder.objectRef<BranchShape>('Branch');

builder.node(BranchNode, {
  description: 'A branch with recordings.',
  id: {
    description: 'The id of this branch, for the query `node`.',
    resolve: ({ ref }) => `${ref.repositoryId}:${ref.id}`,
  },
  loadOne: async (id, context) => {
    const [, repositoryId, refId] = /^(\d{1,15}):(\d{1,15})$/.exec(id) ?? [];
    const found = repositoryId === undefined ? null : await repositoryById(context.db, Number(repositoryId));
    const repository = await visibleById(context, found);
    if (repository === null) return null;
    const ref = await refById(context.db, repository.id, Number(refId));
    return ref?.kind === 'BRANCH' && ref.version > 0 ? { repository, ref } : null;
  },
  isTypeOf: (value) =>
    typeof value === 'object' && value !== null && 'ref' in value && (value.ref as Ref).kind === 'BRANCH',
  fields: (t) => ({
    name: t.string({
      description: 'The name of the branch, without `refs/heads/`.',
      resolve: ({ ref }) => ref.name,
    }),
    isDefault: t.boolean({
      description: 'Whether it is the default branch of the repository.',
      resolve: ({ repository, ref }) => repository.defaultBranch === ref.name,
    }),
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The newest state of the branch.',
      resolve: async ({ repository, ref }, _args, { loaders }) => ({
        repository,
        snapshot: await loaders.snapshots.key.load({
          repositoryId: ref.repositoryId,
          refId: ref.id,
          version: ref.version,
        }),
      }),
    }),
  }),
});
