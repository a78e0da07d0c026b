// Runs the demo and writes the comment of its pull request into the README. `test/project/demo.test.ts` fails when
// it is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../../test/support/folder.js';
import { run } from '../../test/support/process.js';
import { sampleComment, withSample } from './readme-comment.js';

const readme = new URL('../../README.md', import.meta.url);
const command = [
  createRequire(import.meta.url).resolve('tsx/cli'),
  fileURLToPath(new URL('demo.ts', import.meta.url)),
];
await using folder = await makeFolder();
const comment = join(folder.path, 'comment.md');
const { status, stderr } = await run(process.execPath, [...command, '--comment', comment], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
});
if (status !== 0) throw new Error(`the demo failed:\n${stderr}`);
await writeFile(
  readme,
  withSample(await readFile(readme, 'utf8'), sampleComment(await readFile(comment, 'utf8'))),
);
