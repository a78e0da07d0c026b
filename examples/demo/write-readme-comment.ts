// Runs the demo and writes the comment that it prints into the README. `test/project/demo.test.ts` fails when
// it is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { run } from '../../test/support/process.js';
import { sampleComment, withSample } from './readme-comment.js';

const readme = new URL('../../README.md', import.meta.url);
const command = [
  createRequire(import.meta.url).resolve('tsx/cli'),
  fileURLToPath(new URL('demo.ts', import.meta.url)),
];
const { status, stdout, stderr } = await run(process.execPath, command, {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
});
if (status !== 0) throw new Error(`the demo failed:\n${stderr}`);
await writeFile(readme, withSample(await readFile(readme, 'utf8'), sampleComment(stdout)));
