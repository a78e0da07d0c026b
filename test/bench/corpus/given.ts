import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openHistory } from '../../replay/history.js';
import { makeFolder } from '../../support/folder.js';
import { type Corpus, filesIn } from './corpus.js';

/**
 * Takes recordings that the caller has: a folder of files, or a git repository or bundle at one of its
 * commits.
 * @param at the start of a sha or a part of a subject; without it the newest commit
 */
export async function givenCorpus(source: string, at: string | undefined): Promise<Corpus> {
  const folder = await makeFolder();
  const target = join(folder.path, 'recordings-of-others');
  const name = (await isPlainFolder(source))
    ? await copyFolder(source, target)
    : await checkOut(source, at ?? '', target);
  await keepRecordings(target);
  return {
    name,
    folder: target,
    files: await filesIn(target),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A registry is asked for recordings; what else lies beside them would make git slower and nobody else. */
async function keepRecordings(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isRecording = entry.name.endsWith('.json') && !entry.parentPath.includes('/.git');
    if (entry.isFile() && !isRecording) await rm(join(entry.parentPath, entry.name));
  }
}

async function isPlainFolder(source: string): Promise<boolean> {
  if (!(await stat(source)).isDirectory()) return false;
  // A folder that git made is read through git, so that a commit can be chosen.
  return (
    !(await stat(join(source, '.git')).catch(() => null)) &&
    !(await stat(join(source, 'HEAD')).catch(() => null))
  );
}

async function copyFolder(source: string, target: string): Promise<string> {
  await cp(source, target, { recursive: true });
  return basename(source);
}

async function checkOut(source: string, wanted: string, target: string): Promise<string> {
  await using history = await openHistory(source);
  const commit = history.commits.findLast(
    ({ sha, subject }) => sha.startsWith(wanted) || subject.includes(wanted),
  );
  if (!commit) throw new Error(`no commit is called ${wanted}`);
  await mkdir(target);
  await history.checkOut(commit.sha, target);
  return `${commit.subject} (${commit.date})`;
}
