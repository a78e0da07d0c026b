import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../test/support/process.js';
import { gitHistory } from './subjects/git-history.js';
import { plainFolder } from './subjects/plain-folder.js';
import { DemoFailure, type Subject } from './subjects/subject.js';
import { supportDesk } from './subjects/support-desk.js';

export const USAGE = `usage: npm run demo [-- [--serve] [--oidc] [--recordings DIR|BUNDLE] [--comment FILE]]

  --serve               keep the registry up until Ctrl-C
  --oidc                workflows authenticate with GitHub's OIDC tokens instead of a registry token
  --recordings SOURCE   use other recordings: a git repository or bundle, whose last commit that changes recordings becomes
                        the pull request; or a plain folder, in which the demo rewords a few answers
  --comment FILE        also write the Markdown of the comment into a file`;

export interface Options {
  serve: boolean;
  /** Workflows authenticate with OIDC instead of a token. */
  oidc: boolean;
  /** An absolute path; null: the example repository. */
  recordings: string | null;
  /** The file for the Markdown of the comment; null: none. */
  comment: string | null;
}

/** Reads the command line. `problem` says what is wrong with it. */
export function readOptions(args: string[]): Options | { problem: string } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        serve: { type: 'boolean', default: false },
        oidc: { type: 'boolean', default: false },
        recordings: { type: 'string' },
        comment: { type: 'string' },
      },
    });
    const { recordings, serve, oidc, comment = null } = values;
    if (recordings === undefined) return { serve, oidc, comment, recordings: null };
    if (!existsSync(recordings))
      return { problem: `--recordings ${recordings}: there is no such file or folder` };
    return { serve, oidc, comment, recordings: resolve(recordings) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

export async function chooseSubject({ recordings }: Options): Promise<Subject> {
  if (recordings === null) return supportDesk();
  // `git ls-remote` accepts repositories and bundles, and does not search parent folders.
  const known = await run('git', ['ls-remote', recordings], { cwd: process.cwd() });
  if (known.status === 0) return gitHistory(recordings);
  if (statSync(recordings).isDirectory()) return plainFolder(recordings);
  throw new DemoFailure(`${recordings} is no git bundle. git says: ${known.stderr.trim().split('\n')[0]}`);
}
