import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockTick } from '../../test/clock-tick.js';
import { notesReads } from '../../test/notes-reads.js';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from '../pull/pull.js';
import { push } from '../push/push.js';
import { status } from '../review/status.js';
import { type FoundUse, readUse } from './read-use.js';
import { reportUse } from './report-use.js';

const NOTES_READS = notesReads();
const target = { branch: 'main' };
const [A, B, C] = ['recordings/a.json', 'recordings/b.json', 'x/recordings/c.json'] as const;
const FILES = { [A]: 'a', [B]: 'bb', [C]: '' };

/** A folder to which the files were pulled, and what the tests do there. */
async function pulledFolder(files: Record<string, string> = FILES) {
  const registry = await StandInRegistry.start();
  const folder = new TemporaryFolder();
  const directory = folder.path;
  const full = (path: string) => join(directory, path);
  const stateFile = full('.fixtures/state.json');
  registry.hold('main', files);
  const pullAgain = () => pull(registry.connection, { directory, target });
  await pullAgain();
  await clockTick(directory);
  return {
    ...{ registry, directory, folder, pull: pullAgain },
    read: (...paths: string[]) => {
      for (const path of paths) readFileSync(full(path));
    },
    /** Reports without a push, and returns the paths that the registry received as read. */
    report: async () => {
      const { use } = readUse(directory) as FoundUse;
      await reportUse(registry.connection, { directory, target, use });
      return registry.used.at(-1)?.read;
    },
    editState: (edit: (state: Record<string, unknown>) => void) => {
      const state = JSON.parse(readFileSync(stateFile, 'utf8'));
      edit(state);
      writeFileSync(stateFile, JSON.stringify(state));
    },
    full,
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(!NOTES_READS)('readUse', () => {
  it('finds exactly the files that were read since the pull, empty ones as well', async () => {
    await using pulled = await pulledFolder();
    expect(await pulled.report()).toEqual([]);
    pulled.read(A, C);
    expect(readUse(pulled.directory)).toMatchObject({
      use: { snapshot: 'main@1', selection: null, recordings: 3 },
      ...{ readCount: 2, unknownLines: { count: 0, first: null } },
    });
    expect(await pulled.report()).toEqual([A, C]);
  });

  it('counts a recording that the run recorded again as read, and one that it deleted as not', async () => {
    await using pulled = await pulledFolder();
    pulled.folder.write({ [A]: 'A', 'recordings/new.json': 'n' });
    rmSync(pulled.full(C));
    expect(await pulled.report()).toEqual([A]);
    writeFileSync(pulled.full('renamed'), 'bb');
    renameSync(pulled.full('renamed'), pulled.full(B));
    expect(await pulled.report()).toEqual([A, B]);
  });

  it('forgets at each pull what was read before, also of files that it does not write', async () => {
    await using pulled = await pulledFolder();
    pulled.read(A, B, C);
    await pulled.pull();
    await clockTick(pulled.directory);
    expect(await pulled.report()).toEqual([]);
    pulled.read(B);
    expect(await pulled.report()).toEqual([B]);
    await pulled.pull();
    expect(await pulled.report()).toEqual([]);
  });

  it('finds reads of files that were on disk before the first pull', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write(FILES);
    registry.hold('main', FILES);
    const before = new Date('2020-01-01T00:00:00Z');
    for (const path of Object.keys(FILES)) utimesSync(join(folder.path, path), new Date(), before);
    expect(await pull(registry.connection, { directory: folder.path, target })).toMatchObject({ reused: 3 });
    expect(readUse(folder.path)).toMatchObject({ readCount: 0 });
    expect(statSync(join(folder.path, A)).mtimeMs).toBe(before.getTime());
    readFileSync(join(folder.path, A));
    expect(readUse(folder.path)).toMatchObject({ readCount: 1 });
  });

  it('counts what several reports since the pull found, and costs the next pull nothing', async () => {
    await using pulled = await pulledFolder();
    pulled.read(A);
    expect(await pulled.report()).toEqual([A]);
    pulled.read(B);
    expect(await pulled.report()).toEqual([A, B]);
    const before = readFileSync(pulled.full('.fixtures/state.json'), 'utf8');
    pulled.registry.asked.length = 0;
    expect(await pulled.pull()).toMatchObject({ pulled: 0, reused: 3 });
    expect(readFileSync(pulled.full('.fixtures/state.json'), 'utf8')).toBe(before);
    expect(readUse(pulled.directory)).toMatchObject({ readCount: 0 });
  });

  it('reports the pulled recordings after pushes that changed, added and removed some', async () => {
    await using pulled = await pulledFolder();
    const { registry, directory } = pulled;
    pulled.read(B);
    pulled.folder.write({ [A]: 'A', 'recordings/new.json': 'n' });
    rmSync(pulled.full(C));
    const summary = await push(registry.connection, { directory, target, prune: 'force' });
    expect(summary).toMatchObject({ added: 1, changed: 1, removed: 1 });
    expect(readUse(directory)).toMatchObject({ use: { snapshot: 'main@1', recordings: 3 }, readCount: 2 });
    expect(await pulled.report()).toEqual([A, B]);
  });

  it('counts purged recordings at their place', async () => {
    await using pulled = await pulledFolder();
    const purge = { digest: 'a'.repeat(64), at: '2026-01-01T00:00:00Z', by: 'x', reason: 'y' };
    const paths = ['recordings/a-first.json', 'z.json'];
    pulled.registry.editPlan = (plan) => {
      plan['purged'] = paths.map((path) => ({ path, ...purge }));
    };
    await pulled.pull();
    await clockTick(pulled.directory);
    pulled.read(C);
    const { use } = readUse(pulled.directory) as FoundUse;
    // recordings/a-first.json, a.json, b.json, x/recordings/c.json, z.json
    expect(use).toMatchObject({ recordings: 5, read: Buffer.from([0b01000]).toString('base64') });
  });

  it('reports the selection that was pulled', async () => {
    await using pulled = await pulledFolder();
    const { registry, directory } = pulled;
    const selection = { paths: ['recordings/*.json'] };
    await pull(registry.connection, { directory, target, selection });
    await clockTick(directory);
    pulled.read(B, C);
    expect(readUse(directory)).toMatchObject({ use: { selection, recordings: 2 }, readCount: 1 });
    expect(await pulled.report()).toEqual([B]);
  });

  it('by a list of used files: it alone decides', async () => {
    await using pulled = await pulledFolder();
    pulled.read(A);
    const usedFiles = [pulled.full(B), 'nosuch'];
    pulled.folder.write({ 'used.txt': `\uFEFF${usedFiles.join('\r\n')}\r\n` });
    const expected = { readCount: 1, unknownLines: { count: 1, first: 'nosuch' } };
    expect(readUse(pulled.directory, { usedFiles })).toMatchObject(expected);
    expect(readUse(pulled.directory, { usedFiles: pulled.full('used.txt') })).toMatchObject(expected);
    expect(() => readUse(pulled.directory, { usedFiles: pulled.full('nosuch') })).toThrow(/cannot be read/);
  });

  it('where no reads are noted knows nothing without a list', async () => {
    await using pulled = await pulledFolder();
    pulled.read(A);
    pulled.editState((state) => {
      (state['plan'] as Record<string, unknown>)['notesReads'] = false;
    });
    expect(readUse(pulled.directory)).toMatchObject({ use: { read: null, recordings: 3 }, readCount: null });
    expect(readUse(pulled.directory, { usedFiles: [C] })).toMatchObject({ readCount: 1 });
  });

  it('says why nothing is known', async () => {
    using empty = new TemporaryFolder();
    expect(readUse(empty.path)).toEqual({ unknown: expect.stringMatching(/^Nothing was pulled/) });
    await using pulled = await pulledFolder();
    pulled.editState((state) => {
      delete state['plan'];
    });
    expect(readUse(pulled.directory)).toEqual({ unknown: expect.stringMatching(/earlier release/) });
    await pulled.pull();
    expect(readUse(pulled.directory)).toMatchObject({ readCount: 0 });
    pulled.registry.refs.clear();
    await expect(pulled.pull()).rejects.toThrow();
    expect(readUse(pulled.directory)).toEqual({ unknown: expect.stringMatching(/last pull .* failed/) });
  });
});

describe.skipIf(!NOTES_READS)('commands of the client', () => {
  /** Makes the client read every file: the state no longer says what is in them. */
  const distrust = (state: Record<string, unknown>) => {
    for (const row of state['files'] as unknown[][]) row[3] = 0;
  };

  it.each(['pull', 'status', 'push'] as const)(
    '%s reads files without counting that as use',
    async (command) => {
      await using pulled = await pulledFolder();
      const { registry, directory } = pulled;
      const before = statSync(pulled.full(A)).atimeMs;
      pulled.editState(distrust);
      if (command === 'pull') await pulled.pull();
      else if (command === 'status') await status(registry.connection, { directory, target });
      else await push(registry.connection, { directory, target });
      expect(statSync(pulled.full(A)).atimeMs).toBe(before);
      pulled.read(B);
      expect(statSync(pulled.full(B)).atimeMs).toBeGreaterThan(before);
    },
  );

  it('uploads without counting that as use, and keeps what was read before', async () => {
    await using pulled = await pulledFolder();
    const { registry, directory } = pulled;
    pulled.read(B);
    registry.contents.clear();
    registry.refs.clear();
    registry.seal = '-restored';
    await push(registry.connection, { directory, target });
    expect(registry.held('main')).toEqual(FILES);
    expect(readUse(directory)).toMatchObject({ readCount: 1 });
  });
});

describe.skipIf(!NOTES_READS)('push with use', () => {
  it('sends it in its own request, and sets the access times back', async () => {
    await using pulled = await pulledFolder();
    const { registry, directory } = pulled;
    pulled.read(A, B);
    const job = { run: '7', attempt: 1, workflow: 'ci', job: 'test', index: 0, total: 1, succeeded: true };
    const { use } = readUse(directory) as FoundUse;
    registry.asked.length = 0;
    await push(registry.connection, { directory, target, use: { ...use, job } });
    expect(registry.asked).toHaveLength(1);
    expect(registry.used).toMatchObject([{ ref: target, use: { job }, read: [A, B] }]);
    for (const path of [A, B]) {
      const { atimeMs, mtimeMs } = statSync(pulled.full(path));
      expect(atimeMs).toBeLessThan(mtimeMs);
    }
    expect(readUse(directory)).toMatchObject({ readCount: 2 });
    registry.asked.length = 0;
    expect(await pulled.pull()).toMatchObject({ reused: 3 });
    expect(registry.asked).toHaveLength(1);
    expect(readUse(directory)).toMatchObject({ readCount: 0 });
  });

  it('leaves it out for a registry that does not know it; a report alone is then an error', async () => {
    await using pulled = await pulledFolder();
    const { registry, directory } = pulled;
    registry.ignoresUse = true;
    const { use } = readUse(directory) as FoundUse;
    expect(await push(registry.connection, { directory, target, use })).toMatchObject({ created: false });
    expect(registry.used).toEqual([]);
    await expect(reportUse(registry.connection, { directory, target, use })).rejects.toThrow(/upgrade it/);
  });

  it('is at most 1 KB for 3,162 recordings, whatever was read', async () => {
    const path = (n: number) =>
      `tests/integration/suite-${n % 17}/recordings/${n.toString(16).padStart(64, '0')}.json`;
    const files = Object.fromEntries(Array.from({ length: 3162 }, (_, n) => [path(n), `content ${n}`]));
    await using pulled = await pulledFolder(files);
    const some = Object.keys(files).filter((_, n) => n % 3 > 0);
    pulled.read(...some);
    const job = { run: '12345678901', attempt: 12, workflow: 'Integration tests', job: 'integration-tests' };
    const { use } = readUse(pulled.directory) as FoundUse;
    const matrix = { index: 127, total: 256, succeeded: true };
    expect(JSON.stringify({ use: { ...use, job: { ...job, ...matrix } } }).length).toBeLessThan(1024);
    expect((await pulled.report())?.length).toBe(some.length);
  });
});
