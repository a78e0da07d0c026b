import type { PathVersion } from '../../store/snapshots/path-version-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { AtInput } from './at-input.js';
import { builder } from './builder.js';
import {
  type Connection,
  connectionType,
  keysetConnection,
  type PageArguments,
  pageComplexity,
} from './connections.js';
import type { Context } from './context.js';
import { invalidInput } from './invalid-input.js';
import { RecordingNode } from './recording.js';
import { TestSummaryType } from './recording-summaries.js';
import { RepositoryNode, resolveState } from './repository.js';
import { SnapshotNode } from './snapshot.js';
import type { HistoryKey } from './snapshot-loaders.js';
import { VERSION_FIELDS } from './version-fields.js';

const RecordingVersionKindEnum = builder.enumType('RecordingVersionKind', {
  description: 'What a version of a branch or pull request did to a path.',
  values: {
    ADDED: { description: 'The path had no recording before.' },
    CHANGED: { description: 'The recording was replaced by one with other bytes.' },
    REMOVED: { description: 'The recording was removed.' },
  } as const,
});

const RecordingVersionType = builder.objectRef<PathVersion>('RecordingVersion').implement({
  description:
    'A version of a branch or pull request that added, changed or removed the recording at a path.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    kind: t.field({
      type: RecordingVersionKindEnum,
      description: 'What the version did to the path. A pull request is compared with its base branch.',
      resolve: ({ before, after }) =>
        before === null ? 'ADDED' : after === null ? 'REMOVED' : ('CHANGED' as const),
    }),
    previousDigest: t.string({
      nullable: true,
      description: 'The sha256 of the file before this version, in hex. Null when there was none.',
      resolve: ({ before }) => before,
    }),
    digest: t.string({
      nullable: true,
      description: 'The sha256 of the file from this version on, in hex. Null when it was removed.',
      resolve: ({ after }) => after,
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was pushed or promoted.',
      resolve: ({ createdAt }) => new Date(createdAt),
    }),
    by: t.string({ ...VERSION_FIELDS.by, nullable: true, resolve: ({ by }) => by }),
    run: t.string({ ...VERSION_FIELDS.run, nullable: true, resolve: ({ run }) => run }),
    promotedPullRequest: t.int({
      ...VERSION_FIELDS.promotedPullRequest,
      nullable: true,
      resolve: ({ pullRequest }) => pullRequest,
    }),
    commit: t.string({
      nullable: true,
      description: 'The git commit for which it was pushed or promoted.',
      resolve: ({ commit }) => commit,
    }),
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The snapshot of this version.',
      resolve: async ({ repositoryId, refId, version }, _args, context) => ({
        repository: await repositoryOf(context, repositoryId),
        snapshot: await context.loaders.snapshots.key.load({ repositoryId, refId, version }),
      }),
    }),
    recording: t.field({
      type: RecordingNode,
      nullable: true,
      description:
        'The recording that this version brought. Null when it removed the recording, or when a pull request ' +
        'returned to the one of its base branch.',
      resolve: ({ isOwn, repositoryId, refId, version, path }, _args, { loaders }) =>
        isOwn ? loaders.snapshots.recording.load({ repositoryId, refId, since: version, path }) : null,
    }),
  }),
});

const RecordingVersionConnection = connectionType<PathVersion>(
  'RecordingVersion',
  RecordingVersionType as never,
);

/** The repository of a recording that the caller may read. */
async function repositoryOf(context: Context, id: number): Promise<Repository> {
  const repository = await context.loaders.snapshots.repository.load(id);
  if (!repository) throw new Error(`repository ${id} vanished while it was read`);
  return repository;
}

/** A page has a cost of its own, because each looks up all versions of its path. */
const historyComplexity = (args: PageArguments) => ({ ...pageComplexity(args), field: 20 });

function historyConnection(
  key: HistoryKey,
  args: PageArguments,
  { loaders }: Context,
): Promise<Connection<PathVersion>> {
  return keysetConnection(
    args,
    ({ version }) => String(version),
    (page) =>
      loaders.snapshots.history(key, {
        ...page,
        after: versionOf(page.after),
        before: versionOf(page.before),
      }),
    () => loaders.snapshots.historyCount.load(key),
  );
}

/** Reads a cursor of a list of versions. Throws an `INVALID_INPUT` error. */
export function versionOf(cursor: string | null): number | null {
  if (cursor === null) return null;
  if (!/^\d{1,9}$/.test(cursor)) throw invalidInput('the cursor belongs to another connection');
  return Number(cursor);
}

builder.objectField(RecordingNode, 'history', (t) =>
  t.field({
    type: RecordingVersionConnection,
    complexity: historyComplexity,
    description:
      'The versions of the path on the branch or pull request of this recording, newest first. The first one ' +
      'brought this recording; later ones are in the history of the repository.',
    args: {
      ...t.arg.connectionArgs(),
      first: t.arg.int({
        defaultValue: 50,
        description: 'The number of items from the beginning: at most 500.',
      }),
    },
    resolve: ({ repositoryId, refId, path, since }, args, context) =>
      historyConnection({ repositoryId, refId, path, upTo: since }, args, context),
  }),
);

builder.objectField(RepositoryNode, 'history', (t) =>
  t.field({
    type: RecordingVersionConnection,
    complexity: historyComplexity,
    description:
      'The versions of a path on a branch or pull request, newest first, also of a path that was removed.',
    args: {
      path: t.arg.string({
        required: true,
        description: 'The path of the recording, relative to the repository root.',
      }),
      at: t.arg({
        type: AtInput,
        description:
          'The state at which the history ends. Without it, the newest state of the default branch. Of a pull ' +
          'request, only its own versions are returned.',
      }),
      ...t.arg.connectionArgs(),
      first: t.arg.int({
        defaultValue: 50,
        description: 'The number of items from the beginning: at most 500.',
      }),
    },
    resolve: async (repository, { path, at, ...page }, context) => {
      const { snapshot } = await resolveState(context, repository, at);
      const [top] = snapshot.layers;
      // An empty state has no ref, and no path either.
      const { refId, version } = top ?? { refId: 0, version: 0 };
      return historyConnection({ repositoryId: repository.id, refId, path, upTo: version }, page, context);
    },
  }),
);

builder.objectField(TestSummaryType, 'lastChange', (t) =>
  t.field({
    type: RecordingVersionType,
    complexity: 5,
    nullable: true,
    description:
      'The newest version that added, changed or removed a recording of the test. Of several recordings in one ' +
      'version, it is the first by path.',
    resolve: async ({ testId, snapshot }, _args, { loaders, forCaller }) => {
      const change = await forCaller(() => loaders.snapshots.testChange.load({ snapshot, testId }));
      if (change === null) return null;
      const { refId, path, version: upTo } = change;
      const key = { repositoryId: snapshot.repositoryId, refId, path, upTo };
      const [newest] = await loaders.snapshots.history(key, {
        after: null,
        before: null,
        limit: 1,
        fromEnd: false,
      });
      return newest ?? null;
    },
  }),
);
