import { spawn, spawnSync } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runRegistry } from '../support/registry-command.js';
import { type Start, startServe } from '../support/start-many.js';

const IN_USE = /is in use by process \d+/;
const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
const canUnshare = spawnSync(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'true']).status === 0;

/** A data directory with an empty database; creating one takes seconds. */
async function makeData(name = 'data') {
  const folder = await makeFolder();
  const path = join(folder.path, name);
  await cp(process.env['EMPTY_EMBEDDED_DATABASE'] ?? '', path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function expectRefused(start: Start): Promise<void> {
  expect(await start.url).toBe(null);
  expect(start.errors()).toMatch(IN_USE);
}

it('an embedded database has one owner when several processes start at once, new or after kill -9', {
  timeout: 300_000,
}, async () => {
  await using data = await makeData();
  for (let round = 0; round < 3; round++) {
    const starts = Array.from({ length: 4 }, () => startServe(data.path));
    try {
      const urls = await Promise.all(starts.map(({ url }) => url));
      expect(urls.filter((url) => url !== null)).toHaveLength(1);
      for (const [index, start] of starts.entries()) if (urls[index] === null) await expectRefused(start);
    } finally {
      await Promise.all(starts.map((start) => start.kill()));
    }
  }
  // Lock files do not pile up with each start.
  const guards = (await readdir(data.path)).filter((name) => /^(claim|guard|new-claim)/.test(name));
  expect(guards.length).toBeLessThanOrEqual(4);
});

it.skipIf(!canUnshare)(
  'an embedded database has one owner across containers whose processes have the same pid',
  async () => {
    await using data = await makeData();
    const first = startServe(data.path, NAMESPACE);
    try {
      expect(await first.url).not.toBe(null);
      await expectRefused(startServe(data.path, NAMESPACE));
      await first.kill();
      const next = startServe(data.path, NAMESPACE);
      expect(await next.url).not.toBe(null);
      await next.kill();
    } finally {
      await first.kill();
    }
  },
);

it('a suspended process remains the owner of its embedded database', async () => {
  await using data = await makeData();
  const owner = startServe(data.path);
  try {
    expect(await owner.url).not.toBe(null);
    owner.child.kill('SIGSTOP');
    await expectRefused(startServe(data.path));
  } finally {
    await owner.kill();
  }
});

it('a data directory with a path too long for a socket has one owner, and opens again later', async () => {
  await using data = await makeData('d'.repeat(200));
  const owner = startServe(data.path);
  try {
    expect(await owner.url).not.toBe(null);
    await expectRefused(startServe(data.path));
    await owner.kill('SIGTERM');
    const listed = await runRegistry(data, ['token', 'list'], {});
    expect(listed).toMatchObject({ status: 0, stderr: '' });
  } finally {
    await owner.kill();
  }
});

it('a process of version 0.1 keeps its embedded database until it exits', async () => {
  await using data = await makeData();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const note = { pid: other.pid, instance: 'a'.repeat(24) };
  await writeFile(join(data.path, 'owner.json'), JSON.stringify(note));
  try {
    const refused = await runRegistry(data, ['token', 'list'], {});
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(`process ${other.pid}`) });
  } finally {
    other.kill('SIGKILL');
  }
  await expect
    .poll(() => runRegistry(data, ['token', 'list'], {}), { timeout: 60_000 })
    .toMatchObject({ status: 0 });
});

it('a process of version 0.1 is kept out by the lock file that it reads', async () => {
  await using data = await makeData();
  const owner = startServe(data.path);
  try {
    const url = await owner.url;
    const read = async () => JSON.parse(await readFile(join(data.path, 'owner.json'), 'utf8')) as object;
    await expect.poll(read).toMatchObject({ pid: owner.child.pid, url, token: expect.any(String) });
  } finally {
    await owner.kill('SIGTERM');
  }
  expect(await readdir(data.path)).not.toContain('owner.json');
});
