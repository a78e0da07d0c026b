import { recordedBy } from '../../review/drift/report-context.js';
import type { RecordedBy } from '../../review/report/report.js';
import { countRecordings } from '../../store/snapshots/recording-store.js';
import { resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import {
  decodeSnapshotKey,
  encodeSnapshotKey,
  type SnapshotKey,
} from '../../store/snapshots/snapshot-key.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { plain } from '../../vocabulary/words.js';
import { builder } from './builder.js';
import { type Context, visibleById } from './context.js';
import { VERSION_FIELDS } from './version-fields.js';

export interface SnapshotShape {
  repository: Repository;
  snapshot: SnapshotKey;
}

export const SnapshotNode = builder.objectRef<SnapshotShape>('Snapshot');

const topRef = async ({ snapshot: { repositoryId, layers } }: SnapshotShape, { loaders }: Context) => {
  const [top] = layers;
  return top ? loaders.snapshots.ref.load({ repositoryId, refId: top.refId }) : null;
};
const topVersion = async ({ snapshot: { repositoryId, layers } }: SnapshotShape, { loaders }: Context) => {
  const [top] = layers;
  return top ? loaders.snapshots.version.load({ repositoryId, ...top }) : null;
};

const RecordedByType = builder.objectRef<RecordedBy>('RecordedBy').implement({
  description: 'A run of the default branch that recorded for a pull request.',
  fields: (t) => ({
    description: t.string({
      description: 'What kind of run it was, such as "a dispatched run on main".',
      resolve: ({ what }) => plain(what),
    }),
    url: t.exposeString('url', {
      nullable: true,
      description:
        'The address of the run on GitHub. Null when the registry does not know the GitHub, or the audit log ' +
        'no longer has the run.',
    }),
  }),
});

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
      description: 'The branch of this snapshot. Null for a pull request and a watch.',
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref?.kind === 'BRANCH' ? ref.name : null;
      },
    }),
    pullRequest: t.int({
      nullable: true,
      description: 'The number of the pull request of this snapshot. Null for a branch and a watch.',
      resolve: async (parent, _args, context) => {
        const ref = await topRef(parent, context);
        return ref?.kind === 'PULL_REQUEST' || ref?.kind === 'RERUN' ? Number(ref.name) : null;
      },
    }),
    isRerun: t.boolean({
      description:
        'Whether a re-run pushed it after its pull request was merged or closed. Such a snapshot builds ' +
        'on the newest state of the pull request, and is never promoted.',
      resolve: async (parent, _args, context) => (await topRef(parent, context))?.kind === 'RERUN',
    }),
    recordedBy: t.field({
      type: RecordedByType,
      nullable: true,
      description:
        'The run of the default branch that pushed it to a pull request. Null when a run of the pull request, ' +
        'a run on the branch or a token pushed it.',
      resolve: ({ repository, snapshot }, _args, { db, githubUrl }) =>
        recordedBy(db, githubUrl, repository, snapshot),
    }),
    version: t.int({
      description: 'The version of the branch or pull request, counted from 1; 0 for the empty state.',
      resolve: ({ snapshot }) => snapshot.layers[0]?.version ?? 0,
    }),
    commit: t.string({
      nullable: true,
      description: 'The git commit for which the snapshot was pushed.',
      resolve: async (parent, _args, context) => (await topVersion(parent, context))?.commit ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the snapshot was pushed.',
      resolve: async (parent, _args, context) => {
        const version = await topVersion(parent, context);
        return version && new Date(version.createdAt);
      },
    }),
    by: t.string({
      ...VERSION_FIELDS.by,
      nullable: true,
      resolve: async (parent, _args, context) => (await topVersion(parent, context))?.by ?? null,
    }),
    run: t.string({
      ...VERSION_FIELDS.run,
      nullable: true,
      resolve: async (parent, _args, context) => (await topVersion(parent, context))?.run ?? null,
    }),
    promotedPullRequest: t.int({
      ...VERSION_FIELDS.promotedPullRequest,
      nullable: true,
      resolve: async (parent, _args, context) => (await topVersion(parent, context))?.pullRequest ?? null,
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
      // Counts all entries of the snapshot, so a list of snapshots can have only some hundred.
      complexity: 100,
      description: 'The number of recordings in the snapshot.',
      resolve: ({ snapshot }, _args, context) =>
        context.forCaller(() => countRecordings(context.db, snapshot)),
    }),
  }),
});
