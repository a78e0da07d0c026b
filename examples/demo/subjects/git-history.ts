import { cp } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { type History, openHistory } from '../../../test/replay/history.js';
import { type Folder, makeFolder } from '../../../test/support/folder.js';
import { differing } from '../check-comment.js';
import { isRecording } from '../recordings-below.js';
import { DemoFailure, type Subject } from './subject.js';

const TEST_RUN = fileURLToPath(new URL('../test-runs/record-commit.ts', import.meta.url));

/**
 * A git repository or bundle: its last commit that changes recordings is the pull request, its parent is
 * `main`.
 */
export async function gitHistory(source: string): Promise<Subject> {
  const history = await openHistory(source).catch((error: Error) => {
    throw new DemoFailure(`git cannot read the history of ${source}: ${error.message}`);
  });
  const [before, after] = [await makeFolder(), await makeFolder()];
  const dispose = async () => {
    for (const each of [after, before, history]) await each[Symbol.asyncDispose]();
  };
  try {
    return await subjectOf(source, history, before, after, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function subjectOf(
  source: string,
  history: History,
  before: Folder,
  after: Folder,
  dispose: () => Promise<void>,
): Promise<Subject> {
  const { commit, parent, changes } = await lastRecordingCommit(source, history);
  await history.checkOut(parent.sha, before.path);
  await history.checkOut(commit.sha, after.path);
  const { added, deleted, modified } = changes;
  return {
    repository: {
      owner: 'demo',
      name:
        basename(source, '.git')
          .replace(/\.bundle$/, '')
          .replaceAll(/[^\w.-]/g, '-') || 'recordings',
    },
    title: `${source}, ${history.commits.length} commits`,
    writeMain: (folder) => cp(before.path, folder, { recursive: true, verbatimSymlinks: true }),
    pullRequest: { number: 7, title: commit.subject, branch: 'last-commit' },
    // Recordings are not committed; the test run writes them.
    writePullRequest: (folder) =>
      cp(after.path, folder, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => !isRecording(file.slice(after.path.length + 1)),
      }),
    testRunIs: `what commit ${commit.sha.slice(0, 9)} recorded: ${added.length} new, ${modified.length} changed, ${deleted.length} gone`,
    testRun: [TEST_RUN, after.path],
    check(_comment, drift) {
      const twice = drift.rekeyed + drift.moved;
      return differing(drift, {
        added: added.length - twice,
        removed: deleted.length - twice,
        changed: modified.length,
      });
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function lastRecordingCommit(source: string, history: History) {
  for (let index = history.commits.length - 1; index > 0; index--) {
    const [parent, commit] = [history.commits[index - 1], history.commits[index]];
    if (parent === undefined || commit === undefined) break;
    const all = await history.changes(commit.sha);
    const changes = {
      added: all.added.filter(isRecording),
      deleted: all.deleted.filter(isRecording),
      modified: all.modified.filter(isRecording),
    };
    if (changes.added.length + changes.deleted.length + changes.modified.length > 0)
      return { commit, parent, changes };
  }
  throw new DemoFailure(
    `no commit of ${source} after its first changes recordings (${DEFAULT_PATHS.join(', ')}): there is nothing to make a pull request of`,
  );
}
