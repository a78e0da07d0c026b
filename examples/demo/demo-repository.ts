import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHubState } from '../../test/support/github-state.js';
import { run } from '../../test/support/process.js';
import { DemoFailure, type Subject } from './subjects/subject.js';

/** The git repository on GitHub: the tests, without their recordings. */
export interface DemoRepository {
  /** Its working tree is `main`, including the recordings. */
  path: string;
  main: string;
  head: string;
  /** The test merge of the pull request, which a job checks out. */
  merge: string;
}

/** Fixed, so that every run of the demo has the same commits. */
const WHO = {
  GIT_AUTHOR_NAME: 'Demo',
  GIT_AUTHOR_EMAIL: 'demo@example.com',
  GIT_AUTHOR_DATE: '2026-01-05T09:00:00Z',
  GIT_COMMITTER_NAME: 'Demo',
  GIT_COMMITTER_EMAIL: 'demo@example.com',
  GIT_COMMITTER_DATE: '2026-01-05T09:00:00Z',
  // The user's configuration (signatures, hooks, an ignore file) must not apply here.
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** Creates the repository, with a commit on `main` and a pull request of one commit. */
export async function makeRepository(folder: string, subject: Subject): Promise<DemoRepository> {
  const { number, branch, title } = subject.pullRequest;
  const { owner, name } = subject.repository;
  const path = join(folder, 'repository');
  await mkdir(path);
  const git = (...args: string[]) => runGit(path, ...args);
  const commit = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };

  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', `https://github.com/${owner}/${name}.git`);
  // A team would add this to .gitignore; the demo does not change files of the repository.
  await appendFile(join(path, '.git/info/exclude'), '**/recordings/**/*.json\n**/cassettes/\n.fixtures/\n');
  await subject.writeMain(path);
  const main = await commit('Tests of everything');
  await git('switch', '--quiet', '--create', branch);
  await subject.writePullRequest(path);
  const head = await commit(title);
  await git('switch', '--quiet', '--detach', 'main');
  await git('merge', '--quiet', '--no-ff', '--message', `Merge ${head} into ${main}`, branch);
  const merge = await git('rev-parse', 'HEAD');
  await git('update-ref', `refs/pull/${number}/merge`, merge);
  await git('switch', '--quiet', 'main');
  return { path, main, head, merge };
}

/** Gives the stand-in for GitHub the same history, and opens the pull request there. */
export function publish(
  { main, head, merge }: DemoRepository,
  state: GitHubState,
  { pullRequest }: Subject,
): void {
  state.branches.set('main', state.commit([], main));
  state.commit([main], head);
  const pull = state.openPullRequest({ head, number: pullRequest.number });
  pull.testMerge = state.commit([main, head], merge);
}

/** Checks the test merge out into a new folder, one commit deep, as `actions/checkout` does. */
export async function checkOut(
  repository: DemoRepository,
  folder: string,
  pullRequest: number,
): Promise<string> {
  const path = join(folder, 'checkout');
  await mkdir(path);
  await runGit(path, 'init', '--quiet');
  await runGit(
    path,
    'fetch',
    '--quiet',
    '--depth',
    '1',
    `file://${repository.path}`,
    `refs/pull/${pullRequest}/merge`,
  );
  await runGit(path, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return path;
}

async function runGit(cwd: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run('git', args, { cwd, env: WHO });
  if (status !== 0) throw new DemoFailure(`git ${args[0]} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout.trim();
}
