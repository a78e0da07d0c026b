import { createHash } from 'node:crypto';
import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import previous from '../upgrade/previous-release.json' with { type: 'json' };
import { run } from './process.js';
import { CHECKOUT } from './registry.js';

/** Another build of all packages. */
export interface Release {
  root: string;
}

/** The reason why there is none. */
export interface NoRelease {
  missing: string;
}

const SCOPE = '@fixture-registry';
const PACKAGES = ['protocol', 'registry', 'client', 'action'];

/** Builds of earlier test runs. Not in `node_modules`: TypeScript writes no declarations for sources there. */
const CACHE = join(CHECKOUT, '.cache/releases');

/** Builds the release in `test/upgrade/previous-release.json` from git, or reuses an earlier build. */
export async function previousRelease(): Promise<Release | NoRelease> {
  const { commit } = previous;
  const lock = await run('git', ['show', `${commit}:package-lock.json`], { cwd: CHECKOUT });
  if (lock.status !== 0) return { missing: `git has no commit ${commit.slice(0, 12)}` };
  const ours = await readFile(join(CHECKOUT, 'package-lock.json'), 'utf8');
  const isShared = sharesModules(lock.stdout, ours);
  const key = createHash('sha256')
    .update(`${commit} ${isShared ? ours : ''}`)
    .digest('hex')
    .slice(0, 16);
  const root = join(CACHE, key);
  if (await isBuilt(root)) return { root };

  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'building-'));
  try {
    const archive = join(work, 'release.tar');
    await succeed('git', ['archive', '--output', archive, commit], CHECKOUT);
    await succeed('tar', ['-xf', archive], work);
    await rm(archive);
    if (isShared) await linkModules(work);
    else {
      const install = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
      const installed = await run('npm', install, { cwd: work });
      if (installed.status !== 0) return { missing: 'its packages are others, and npm cannot install them' };
    }
    await succeed(process.execPath, [join(work, 'node_modules/typescript/bin/tsc'), '-b'], work);
    // Another test file may have built it meanwhile: the two builds are the same.
    await rename(work, root).catch(() => {});
    return { root };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The registry of this checkout with one more migration, like a later release. */
export async function nextRelease(
  name: string,
  statement: string,
  contract?: { oldest: string },
): Promise<Release & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'fixture-registry-next-'));
  for (const path of ['packages/registry', 'packages/protocol']) {
    // The built files, without the sources.
    const filter = (source: string) => !source.startsWith(join(CHECKOUT, path, 'src'));
    await cp(join(CHECKOUT, path), join(root, path), { recursive: true, filter });
  }
  await cp(join(CHECKOUT, 'drizzle'), join(root, 'drizzle'), { recursive: true });
  await linkModules(root);
  await edit<{ version: string }>(join(root, 'packages/registry/package.json'), (file) => {
    file.version = '99.0.0';
  });
  await writeFile(join(root, 'drizzle', `${name}.sql`), statement);
  type Entry = { idx: number; version: string; when: number; tag: string; breakpoints: boolean };
  await edit<{ entries: Entry[] }>(join(root, 'drizzle/meta/_journal.json'), ({ entries }) => {
    const last = entries.at(-1);
    if (!last) throw new Error('there is no migration');
    entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: name });
  });
  await edit<object[]>(join(root, 'drizzle/contracts.json'), (contracts) => {
    if (contract) contracts.push({ migration: name, why: 'a test', ...contract });
  });
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/** Whether one lock file has every package that the other needs to build and to run, in the same version. */
function sharesModules(theirs: string, ours: string): boolean {
  type Lock = { packages: Record<string, { version?: string; dev?: boolean }> };
  const have = (JSON.parse(ours) as Lock).packages;
  const needed = Object.entries((JSON.parse(theirs) as Lock).packages).filter(
    ([path, { dev }]) => path.includes('node_modules/') && (dev !== true || BUILDS.test(path)),
  );
  return needed.every(([path, { version }]) => have[path]?.version === version);
}

/** The packages for development that a build needs. */
const BUILDS = /node_modules\/(?:typescript|@types\/)/;

/** Links a folder to the packages of this checkout, but to its own workspace packages. */
async function linkModules(root: string): Promise<void> {
  const modules = join(root, 'node_modules');
  await mkdir(join(modules, SCOPE), { recursive: true });
  for (const name of await readdir(join(CHECKOUT, 'node_modules'))) {
    if (name === SCOPE || name.startsWith('.')) continue;
    await symlink(join(CHECKOUT, 'node_modules', name), join(modules, name));
  }
  for (const name of PACKAGES) await symlink(join('../../packages', name), join(modules, SCOPE, name));
}

const isBuilt = (root: string): Promise<boolean> =>
  access(join(root, 'packages/registry/dist/main.js')).then(
    () => true,
    () => false,
  );

async function succeed(command: string, args: string[], cwd: string): Promise<void> {
  const ended = await run(command, args, { cwd });
  if (ended.status !== 0) throw new Error(`${command} ${args[0]}: ${ended.stdout}${ended.stderr}`);
}

async function edit<Content>(path: string, change: (content: Content) => void): Promise<void> {
  const content = JSON.parse(await readFile(path, 'utf8')) as Content;
  change(content);
  await writeFile(path, JSON.stringify(content));
}
