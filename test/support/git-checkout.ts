import { type Folder, makeFolder } from './folder.js';
import { run } from './process.js';

/** A folder with a git repository in it. */
export interface GitCheckout extends Folder {
  /** Runs git, which must succeed. Returns its output. */
  git(...args: string[]): Promise<string>;
  /** Commits all files that git does not ignore. Returns the id of the commit. */
  commit(message?: string): Promise<string>;
}

const WHO = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  // The configuration of this machine must not apply.
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/**
 * Makes a repository whose branch `main` has one commit with these files.
 * @param remote the address of `origin`; null for none
 */
export async function makeCheckout(
  files: Record<string, string | Uint8Array>,
  remote: string | null = 'git@github.com:acme/tests.git',
): Promise<GitCheckout> {
  const folder = await makeFolder(files);
  const git = async (...args: string[]) => {
    const { status, stdout, stderr } = await run('git', args, { cwd: folder.path, env: WHO });
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout.trimEnd();
  };
  const commit = async (message = 'Change') => {
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  if (remote !== null) await git('remote', 'add', 'origin', remote);
  await commit('Tests of everything');
  return { ...folder, git, commit, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}
