import { may } from '../access/identity.js';
import type { Repository } from '../repositories/repository.js';
import { repositoryById } from '../repositories/repository-store.js';
import { countRecordings } from '../snapshots/recording-store.js';
import { refById, snapshotRow } from '../snapshots/ref-store.js';
import { resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import { decodeSnapshotKey, encodeSnapshotKey, type SnapshotKey } from '../snapshots/snapshot-key.js';
import { builder } from './builder.js';
import type { Context } from './context.js';

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
  description: 'An immutable state of a branch or a pull request: which path holds which content.',
  id: { resolve: ({ snapshot }) => encodeSnapshotKey(snapshot) },
  loadOne: async (id, context) => {
    const key = decodeSnapshotKey(id);
    const repository = key && (await repositoryById(context.db, key.repositoryId));
    if (!repository || !may(context.identity, 'read', repository)) return null;
    const snapshot = await resolveSnapshot(context.db, repository, { snapshot: key });
    return snapshot && { repository, snapshot };
  },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'snapshot' in value,
  fields: (t) => ({
    branch: t.string({
      nullable: true,
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref?.kind === 'BRANCH' ? ref.name : null;
      },
    }),
    pullRequest: t.int({
      nullable: true,
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref && ref.kind !== 'BRANCH' ? Number(ref.name) : null;
      },
    }),
    isRerun: t.boolean({
      description:
        'Whether a re-run pushed it after its pull request was merged or closed. Such a snapshot lies over the newest ' +
        'state of the pull request, and is never promoted.',
      resolve: async (parent, _args, context) => (await topRef(parent, context))?.kind === 'RERUN',
    }),
    version: t.int({
      description: 'Counts the states of its branch or pull request; 0 is the empty one.',
      resolve: ({ snapshot }) => snapshot.layers[0]?.version ?? 0,
    }),
    commit: t.string({
      nullable: true,
      description: 'The git commit that its recordings were pushed for.',
      resolve: async (parent, _args, context) => (await topRow(parent, context))?.commit ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: async (parent, _args, context) => (await topRow(parent, context))?.createdAt ?? null,
    }),
    base: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'What it lies over: the state of its base branch.',
      resolve: ({ repository, snapshot }) =>
        snapshot.layers.length > 1
          ? { repository, snapshot: { ...snapshot, layers: snapshot.layers.slice(1) } }
          : null,
    }),
    recordingCount: t.int({
      resolve: ({ snapshot }, _args, context) => countRecordings(context.db, snapshot),
    }),
  }),
});
