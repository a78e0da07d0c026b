import {
  countAcrossRefs,
  isRefCursor,
  type RefRecordings,
  recordingsAcrossRefs,
  refCursor,
  type Wanted,
} from '../../store/snapshots/across-refs-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { BranchNode } from './branch.js';
import { builder } from './builder.js';
import { connectionType, keysetConnection, type PageArguments, pageComplexity } from './connections.js';
import { invalidInput } from './invalid-input.js';
import { PullRequestNode } from './pull-request.js';
import { RecordingNode } from './recording.js';
import { RepositoryNode } from './repository.js';
import { SnapshotNode } from './snapshot.js';

/** The maximum number of recordings that a ref lists. */
const RECORDINGS_OF_REF = 100;

type RefRecordingsShape = RefRecordings & { repository: Repository };

const RefRecordingsType = builder.objectRef<RefRecordingsShape>('RefRecordings').implement({
  description: 'The recordings of a test, or at a path, on a branch or in an open pull request.',
  fields: (t) => ({
    branch: t.field({
      type: BranchNode,
      nullable: true,
      description: 'The branch. Null for a pull request.',
      resolve: ({ repository, ref }) => (ref.kind === 'BRANCH' ? { repository, ref } : null),
    }),
    pullRequest: t.field({
      type: PullRequestNode,
      nullable: true,
      description: 'The pull request. Null for a branch.',
      resolve: ({ repository, ref }) => (ref.kind === 'PULL_REQUEST' ? { repository, ref } : null),
    }),
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The newest state of the branch or pull request.',
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    recordingCount: t.int({
      description: 'The number of recordings of the test, or 1 when the path has one. 0 when there is none.',
      resolve: ({ count }) => count,
    }),
    recordings: t.field({
      type: [RecordingNode],
      complexity: { field: 10, multiplier: 20 },
      description: 'The recordings, ordered by path; the first 100.',
      resolve: async ({ repository, snapshot, entries }, _args, { loaders }) => {
        const repositoryId = repository.id;
        const found = await Promise.all(
          entries.map((entry) => loaders.snapshots.recording.load({ repositoryId, ...entry })),
        );
        return found.flatMap((row) => (row === null ? [] : [{ ...row, snapshot }]));
      },
    }),
  }),
});

const RefRecordingsConnection = connectionType<RefRecordingsShape>(
  'RefRecordings',
  RefRecordingsType as never,
);

/** Each ref of the page looks up all paths that the test ever had. */
function acrossRefsComplexity(args: PageArguments) {
  const page = pageComplexity(args);
  return { ...page, field: 500 + 20 * page.multiplier };
}

builder.objectField(RepositoryNode, 'recordingsAcrossRefs', (t) =>
  t.field({
    type: RefRecordingsConnection,
    complexity: acrossRefsComplexity,
    description:
      'The recordings of a test, or at a path, on each branch and in each open pull request: first the branches, ' +
      'ordered by name, then the pull requests, newest first. Set exactly one of `testId` and `path`.',
    args: {
      testId: t.arg.string({ description: 'The id of the test.' }),
      path: t.arg.string({ description: 'The path of the recording, relative to the repository root.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: (repository, { testId, path, ...args }, { db, forCaller }) => {
      const wanted = wantedOf(testId, path);
      return keysetConnection(
        args,
        ({ ref }: RefRecordingsShape) => refCursor(ref),
        async (page) => {
          for (const cursor of [page.after, page.before]) {
            if (cursor !== null && !isRefCursor(cursor))
              throw invalidInput('the cursor belongs to another connection');
          }
          const found = await forCaller(() =>
            recordingsAcrossRefs(db, repository.id, wanted, page, RECORDINGS_OF_REF),
          );
          return found.map((each) => ({ ...each, repository }));
        },
        () => countAcrossRefs(db, repository.id),
      );
    },
  }),
);

function wantedOf(testId: string | null | undefined, path: string | null | undefined): Wanted {
  if (testId != null && path == null) return { testId };
  if (path != null && testId == null) return { path };
  throw invalidInput('recordingsAcrossRefs: set exactly one of testId and path');
}
