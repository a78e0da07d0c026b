import type { ContentReader } from '../../store/contents/content-reader.js';
import type { Settings } from '../../store/settings/settings.js';
import type { RequestSketch } from '../pairing/request-sketch.js';
import { sketchRequest } from '../pairing/request-sketch.js';
import type { Content } from './compare-bytes.js';
import { compareRecordings, type RecordingComparison } from './compare-recordings.js';
import type { ComparisonTask } from './drift-worker.js';
import { judgeNew } from './judge-new.js';

/** The steps of a drift computation that parse contents. Contents are at most 32 MiB. */
export interface DriftWork {
  compare(
    before: Content,
    after: Content,
    samePath: boolean,
    settings: Settings,
  ): Promise<RecordingComparison>;
  judge(content: Content): Promise<RecordingComparison>;
  sketch(bytes: Uint8Array): Promise<RequestSketch | null>;
}

/** More bytes than this are left to a worker thread: 1 MiB of short texts that all differ takes about a second. */
const LARGE_BYTES = 64 * 1024;

/** After this time, in milliseconds, other requests have their turn. */
const LONGEST_TURN = 40;

const WORKER = new URL('./drift-worker.js', import.meta.url);

/** Does large contents in worker threads, so that they do not block other requests; without a reader, none. */
export function makeDriftWork(reader: Pick<ContentReader, 'run'> | null): DriftWork {
  let turn = performance.now();
  const here = async <Result>(work: () => Result): Promise<Result> => {
    if (performance.now() - turn > LONGEST_TURN) {
      await new Promise(setImmediate);
      turn = performance.now();
    }
    return work();
  };
  const run = <Task, Result>(bytes: number, name: string, task: Task, work: () => Result) =>
    reader === null || bytes <= LARGE_BYTES ? here(work) : reader.run<Task, Result>(WORKER, name, task);
  const sizeOf = ({ bytes }: Content) => bytes?.length ?? 0;
  return {
    compare: (before, after, samePath, settings) =>
      run<ComparisonTask, RecordingComparison>(
        sizeOf(before) + sizeOf(after),
        'compare',
        { before, after, samePath, settings },
        () => compareRecordings(before, after, samePath, settings),
      ),
    judge: (content) => run(sizeOf(content), 'judge', content, () => judgeNew(content)),
    sketch: (bytes) => run(bytes.length, 'sketch', bytes, () => sketchRequest(bytes)),
  };
}
