import type { Database } from '../../database/statements/database.js';
import { parseRecordingName } from '../../recordings/playable/recording-name.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { candidateTests } from './candidate-tests-store.js';
import type { NamedFile, RecorderName, RenamedTest } from './recorder-name.js';
import type { NamingTask } from './renaming-worker.js';

const WORKER = new URL('./renaming-worker.js', import.meta.url);

/**
 * Decides for each file under which name the newest recorder looks for it, in the order of the files. For a
 * file that no recorder finds, tries the test ids that the repository knows.
 */
export async function nameFiles(
  { db, reader }: { db: Database; reader: ContentReader },
  repositoryId: number,
  files: NamedFile[],
  renamed: RenamedTest[],
): Promise<RecorderName[]> {
  const names = await run(reader, { files, renamed });
  const unsound = names.flatMap(({ status }, index) => (status === 'UNSOUND' ? [index] : []));
  const tried: NamingTask['files'][number][] = [];
  for (const index of unsound) {
    const file = files[index] as NamedFile;
    const { hash } = parseRecordingName(file.path);
    const testId = names[index]?.testId ?? null;
    tried.push({ ...file, candidates: await candidateTests(db, repositoryId, { hash, testId }) });
  }
  const again = tried.length > 0 ? await run(reader, { files: tried, renamed }) : [];
  for (const [position, index] of unsound.entries()) names[index] = again[position] as RecorderName;
  return names;
}

function run(reader: ContentReader, task: NamingTask): Promise<RecorderName[]> {
  return reader.run<NamingTask, RecorderName[]>(WORKER, 'nameFiles', task);
}
