// Says whether drizzle/ holds a migration for everything in the schema, and whether each one lets earlier
// builds work; see docs/upgrading.md.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { problemsOf } from './additive-migration.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFile(join(root, path), 'utf8');

const { entries } = JSON.parse(await read('drizzle/meta/_journal.json'));
const migrations = await Promise.all(
  entries.map(async ({ tag, when }) => ({ tag, when, sql: await read(`drizzle/${tag}.sql`) })),
);
const previous = JSON.parse(await read('test/upgrade/previous-release.json'));
const problems = problemsOf(migrations, JSON.parse(await read('drizzle/contracts.json')), previous.migration);

const copy = await mkdtemp(join(tmpdir(), 'migrations-'));
try {
  await cp(join(root, 'drizzle'), copy, { recursive: true });
  const before = (await readdir(copy)).length;
  const kit = join(root, 'node_modules/drizzle-kit/bin.cjs');
  const schema = 'packages/registry/src/database/schema/schema.ts';
  const options = ['--dialect', 'postgresql', '--schema', schema, '--out', relative(root, copy)];
  await promisify(execFile)(process.execPath, [kit, 'generate', ...options], { cwd: root });
  if ((await readdir(copy)).length !== before) {
    problems.push('the schema has changes without a migration: run "npx drizzle-kit generate" and commit it');
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
