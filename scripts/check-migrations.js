// Says whether drizzle/ holds a migration for everything in the schema.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = await mkdtemp(join(tmpdir(), 'migrations-'));
try {
  await cp(join(root, 'drizzle'), copy, { recursive: true });
  const before = (await readdir(copy)).length;
  const kit = join(root, 'node_modules/drizzle-kit/bin.cjs');
  const schema = 'packages/registry/src/database/schema.ts';
  const options = ['--dialect', 'postgresql', '--schema', schema, '--out', relative(root, copy)];
  await promisify(execFile)(process.execPath, [kit, 'generate', ...options], { cwd: root });
  if ((await readdir(copy)).length !== before) {
    console.error('the schema has changes without a migration: run "npx drizzle-kit generate" and commit it');
    process.exitCode = 1;
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
