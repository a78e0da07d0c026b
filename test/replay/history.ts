import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../support/folder.js';

const execute = promisify(execFile);

/** A git history of recordings, opened from a repository or a bundle. */
export interface History extends AsyncDisposable {
  /** From the oldest to the newest. */
  commits: { sha: string; date: string; subject: string }[];
  /** Writes the files of a commit into a folder, which holds exactly them afterwards. */
  checkOut(sha: string, folder: string): Promise<void>;
  /** git's own account of a commit: paths by status, renames not guessed. */
  changes(sha: string): Promise<{ added: string[]; deleted: string[]; modified: string[] }>;
}

/** @param wanted the branch to replay; default: the one that the source names */
export async function openHistory(source: string, wanted?: string): Promise<History> {
  const clone = await makeFolder();
  const git = async (...args: string[]) => {
    const { stdout } = await execute('git', args, { cwd: clone.path, maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  };
  const { stdout: heads } = await execute('git', ['ls-remote', source]);
  // A bundle may have no HEAD, and then git does not know what to check out.
  const branch = wanted ?? (/\sHEAD$/m.test(heads) ? undefined : /refs\/heads\/(\S+)/.exec(heads)?.[1]);
  await execute('git', [
    'clone',
    '--quiet',
    ...(branch ? ['-b', branch] : []),
    source,
    join(clone.path, 'r'),
  ]);
  const repository = ['-C', join(clone.path, 'r')];
  const log = await git(...repository, 'log', '--first-parent', '--reverse', '--format=%H%x09%as%x09%s');
  const commits = log
    .trim()
    .split('\n')
    .map((line) => {
      const [sha = '', date = '', ...subject] = line.split('\t');
      return { sha, date, subject: subject.join('\t') };
    });
  return {
    commits,
    checkOut: async (sha, folder) => {
      const index = `--work-tree=${folder}`;
      await git(...repository, index, 'checkout', '--quiet', '--force', '--detach', sha);
      await git(...repository, index, 'clean', '-fdq', '-e', '.fixtures');
    },
    changes: async (sha) => {
      const from = commits[0]?.sha === sha ? '4b825dc642cb6eb9a060e54bf8d69288fbee4904' : `${sha}^`;
      const lines = await git(...repository, 'diff', '--name-status', '--no-renames', '-z', from, sha);
      const fields = lines.split('\0');
      const found = { added: [] as string[], deleted: [] as string[], modified: [] as string[] };
      for (let i = 0; i + 1 < fields.length; i += 2) {
        const list = { A: found.added, D: found.deleted }[fields[i] ?? ''] ?? found.modified;
        list.push(fields[i + 1] ?? '');
      }
      return found;
    },
    [Symbol.asyncDispose]: () => clone[Symbol.asyncDispose](),
  };
}
