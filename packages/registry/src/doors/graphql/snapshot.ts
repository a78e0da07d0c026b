import { countRecordings } from '../../store/snapshots/recording-store.js';
import { refById, snapshotRow } from '../../store/snapshots/ref-store.js';
import { resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import {
  decodeSnapshotKey,
  encodeSnapshotKey,
  type SnapshotKey,
} from '../../store/snapshots/snapshot-key.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { builder } from './builder.js';
import { type Context, visibleById } from './context.js';

export interface SnapshotShape {
  repository: Repository;
  snapshot: SnapshotKey;
}

export const SnapshotNode = builder.objectRef<SnapshotShape>('Snapshot');

const topRef = ({ snapshot }: SnapshotShape, context: Context) => {
  const top = snapshot.layers[0];
  return top ? refById(context.db, snapshot.repositoryId, top.refId) : null;
};
const topRow = ({ snapshot }: SnapshotShape, context: Context) => {
  const top = snapshot.layers[0];
  return top ? snapshotRow(context.db, snapshot.repositoryId, top) : null;
};

builder.node(SnapshotNode, {
  description: 'An immutable state of a branch or a pull request: a set of paths with their contents.',
  id: {
    description: 'The id of this snapshot, for the query `node` and for `At.snapshot`.',
    resolve: ({ snapshot }) => encodeSnapshotKey(snapshot),
  },
  loadOne: async (id, context) => {
    const key = decodeSnapshotKey(id);
    const found = key && (await repositoryById(context.db, key.repositoryId));
    const repository = await visibleById(context, found);
    if (key === null || repository === null) return null;
    const snapshot = await resolveSnapshot(context.db, repository, { snapshot: key });
    return snapshot && { repository, snapshot };
  },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'snapshot' in value,
  fields: (t) => ({
    branch: t.string({
      nullable: true,
      description: 'The branch of this snapshot. Null for a pull request.',
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref?.kind === 'BRANCH' ? ref.name : null;
      },
    }),
    pullRequest: t.int({
      nullable: true,
      description: 'The number of the pull request of this snapshot. Null for a branch.',
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref && ref.kind !== 'BRANCH' ? Number(ref.name) : null;
      },
    }),
    isRerun: t.boolean({
      description:
        'Whether a re-run pushed it after its pull request was merged or closed. Such a snapshot builds ' +
        'on the newest state of the pull request, and is never promoted.',
      resolve: async (parent, _args, context) => (await topRef(parent, context))?.kind === 'RERUN',
    }),
    version: t.int({
      description: 'The version of the branch or pull request, counted from 1; 0 for the empty state.',
      resolve: ({ snapshot }) => snapshot.layers[0]?.version ?? 0,
    }),
    commit: t.string({
      nullable: true,
      description: 'The git commit for which the snapshot was pushed.',
      resolve: async (parent, _args, context) => (await topRow(parent, context))?.commit ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the snapshot was pushed.',
      resolve: async (parent, _args, context) => (await topRow(parent, context))?.createdAt ?? null,
    }),
    base: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The snapshot of the base branch that this snapshot builds on. Null when there is none.',
      resolve: ({ repository, snapshot }) =>
        snapshot.layers.length > 1
          ? { repository, snapshot: { ...snapshot, layers: snapshot.layers.slice(1) } }
          : null,
    }),
    recordingCount: t.int({
      description: 'The number of recordings in the snapshot.',
      resolve: ({ snapshot }, _args, context) => countRecordings(context.db, snapshot),
    }),
  }),
});
