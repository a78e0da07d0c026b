import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, readlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProcess } from '../support/clean-up.js';
import { makeFolder } from '../support/folder.js';
import { CHECKOUT } from '../support/registry.js';

const VITEST = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const CONFIG = join(CHECKOUT, 'test/support/failing/vitest.config.ts');

/** Processes that know of a folder, by their environment, their arguments or where they run. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const about = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
    ]);
    if (about.some((text) => text.includes(folder))) found.push(`${pid} ${about[0].replaceAll('\0', ' ')}`);
  }
  return found;
}

// Here vitest itself is killed: it would wait for ever for a worker that blocks.
const KILLED = ['blocks its worker', 'times out, and vitest is killed'];

// What runs is looked up in /proc.
it
  .runIf(existsSync('/proc/self/environ'))
  .each(['fails an assertion', 'times out', 'kills its own worker', ...KILLED])(
  'a test that %s leaves no process and no folder behind',
  async (way) => {
    await using temporary = await makeFolder();
    // As root, Postgres runs as another user, who must get through.
    await chmod(temporary.path, 0o755);
    const vitest = startProcess(process.execPath, [VITEST, 'run', '--config', CONFIG], {
      cwd: CHECKOUT,
      env: { ...process.env, TMPDIR: temporary.path, WAY: way.split(',')[0] },
    });
    let output = '';
    for (const stream of [vitest.stdout, vitest.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (KILLED.includes(way) && output.includes('everything is started')) vitest.kill('SIGKILL');
      });
    }
    const [status] = await once(vitest, 'exit');
    expect(status).not.toBe(0);
    // Otherwise there was nothing to leave behind.
    expect(output).toContain('everything is started');
    await expect.poll(() => processesOf(temporary.path), { timeout: 60_000, interval: 200 }).toEqual([]);
    expect((await readdir(temporary.path)).filter((name) => name.startsWith('fixture-'))).toEqual([]);
  },
);
