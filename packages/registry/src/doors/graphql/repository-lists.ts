import {
  countVersions,
  type PushedVersion,
  versionsPage,
} from '../../store/snapshots/pushed-version-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import {
  branchesPage,
  countBranches,
  countPullRequests,
  pullRequestRefs,
} from '../../store/snapshots/ref-list-store.js';
import { findRef } from '../../store/snapshots/ref-store.js';
import {
  countReadableRepositories,
  readableRepositories,
} from '../../trust/repositories/readable-repositories-store.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { BranchNode, type BranchShape } from './branch.js';
import { builder } from './builder.js';
import { connectionType, keysetConnection, pageComplexity } from './connections.js';
import { invalidInput } from './invalid-input.js';
import { PullRequestNode, type PullRequestShape, PullRequestStateEnum } from './pull-request.js';
import { versionOf } from './recording-version.js';
import { RepositoryNode } from './repository.js';
import { SnapshotNode, type SnapshotShape } from './snapshot.js';

const BranchConnection = connectionType<BranchShape>('Branch', BranchNode as never);
const PullRequestConnection = connectionType<PullRequestShape>('PullRequest', PullRequestNode as never);
const SnapshotConnection = connectionType<SnapshotShape>('Snapshot', SnapshotNode as never);
const RepositoryConnection = connectionType<Repository>('Repository', RepositoryNode as never);

const within = (repository: Repository, refs: Ref[]) => refs.map((ref) => ({ repository, ref }));

builder.objectField(RepositoryNode, 'branches', (t) =>
  t.field({
    type: BranchConnection,
    complexity: pageComplexity,
    description: 'The branches with recordings, ordered by name.',
    args: t.arg.connectionArgs(),
    resolve: (repository, args, { db }) =>
      keysetConnection(
        args,
        ({ ref }: BranchShape) => ref.name,
        async (page) => within(repository, await branchesPage(db, repository.id, page)),
        () => countBranches(db, repository.id),
      ),
  }),
);

builder.objectField(RepositoryNode, 'pullRequests', (t) =>
  t.field({
    type: PullRequestConnection,
    complexity: pageComplexity,
    description: 'The pull requests with recordings, ordered by their first push, newest first.',
    args: {
      state: t.arg({ type: PullRequestStateEnum, description: 'Only pull requests in this state.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: (repository, { state, ...args }, { db }) =>
      keysetConnection(
        args,
        ({ ref }: PullRequestShape) => String(ref.id),
        async (page) => {
          for (const cursor of [page.after, page.before]) {
            if (cursor !== null && !/^\d{1,15}$/.test(cursor))
              throw invalidInput('the cursor belongs to another connection');
          }
          return within(repository, await pullRequestRefs(db, repository.id, state ?? null, page));
        },
        () => countPullRequests(db, repository.id, state ?? null),
      ),
  }),
);

builder.objectField(RepositoryNode, 'snapshots', (t) =>
  t.field({
    type: SnapshotConnection,
    complexity: pageComplexity,
    description: 'The snapshots of a branch or a pull request, newest first.',
    args: {
      branch: t.arg.string({ description: 'The name of the branch. Without it, the default branch.' }),
      pullRequest: t.arg.int({ description: 'The number of a pull request, instead of `branch`.' }),
      ...t.arg.connectionArgs(),
    },
    resolve: async (repository, { branch, pullRequest, ...args }, { db, loaders }) => {
      const named = parseRefName(
        branch == null && pullRequest == null
          ? { branch: repository.defaultBranch }
          : { branch, pullRequest },
      );
      if ('problem' in named) throw invalidInput(`snapshots: ${named.problem}`);
      const ref = await findRef(db, repository.id, named.kind, named.name);
      const { snapshots } = loaders;
      const shapeOf = async (version: PushedVersion): Promise<SnapshotShape> => {
        const { repositoryId, refId } = version;
        snapshots.version.prime({ repositoryId, refId, version: version.version }, version);
        return { repository, snapshot: await snapshots.key.load(version) };
      };
      return keysetConnection(
        args,
        ({ snapshot }: SnapshotShape) => String(snapshot.layers[0]?.version),
        async (page) => {
          const range = { ...page, after: versionOf(page.after), before: versionOf(page.before) };
          return ref ? Promise.all((await versionsPage(db, ref, range)).map(shapeOf)) : [];
        },
        async () => (ref ? countVersions(db, ref) : 0),
      );
    },
  }),
);

builder.queryField('repositories', (t) =>
  t.field({
    type: RepositoryConnection,
    complexity: pageComplexity,
    description:
      'The repositories that the caller can read, ordered by owner and name: all public ones, and those of its token.',
    args: t.arg.connectionArgs(),
    resolve: (_root, args, { db, identity }) =>
      keysetConnection(
        args,
        ({ owner, name }: Repository) => `${owner}/${name}`,
        (page) => readableRepositories(db, identity, page),
        () => countReadableRepositories(db, identity),
      ),
  }),
);
