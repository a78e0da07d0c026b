import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { differing } from '../check-comment.js';
import { recordingsBelow } from '../recordings-below.js';
import { DemoFailure, type Subject } from './subject.js';

const TEST_RUN = fileURLToPath(new URL('../test-runs/reword-answers.ts', import.meta.url));
/** Number of answers that the pull request rewords. */
const REWORDED = 5;

/** A folder without git is `main`; the pull request rewords a few answers. */
export async function plainFolder(folder: string): Promise<Subject> {
  const recordings = await recordingsBelow(folder);
  if (recordings.length === 0) {
    throw new DemoFailure(
      `${folder} holds no recordings (${DEFAULT_PATHS.join(', ')}). Give the folder above them, a git repository or a git bundle`,
    );
  }
  return {
    repository: {
      owner: 'demo',
      name: basename(resolve(folder)).replaceAll(/[^\w.-]/g, '-') || 'recordings',
    },
    title: `${folder}, ${recordings.length} recordings without a history`,
    async writeMain(target) {
      for (const path of recordings) {
        await mkdir(dirname(join(target, path)), { recursive: true });
        await cp(join(folder, path), join(target, path));
      }
    },
    pullRequest: { number: 7, title: 'Other words', branch: 'other-words' },
    writePullRequest: async () => {},
    testRunIs: `there is no history to take a pull request from, so up to ${REWORDED} answers, always the same ones, are reworded`,
    testRun: [TEST_RUN, String(REWORDED)],
    check: (_comment, drift) => [
      ...differing(drift, { added: 0, removed: 0, rekeyed: 0, moved: 0 }),
      ...(drift.changed > 0 ? [] : ['the report counts no changed recording']),
    ],
    [Symbol.asyncDispose]: async () => {},
  };
}
