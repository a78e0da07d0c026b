import type { DriftChange } from '../../../review/differences/drift.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import { count } from '../../../vocabulary/words.js';
import type { RecordingContent } from '../conversation/content-of.js';
import { describeAnswer } from '../conversation/describe-answer.js';
import { readCall } from '../conversation/read-call.js';
import { readContents } from '../conversation/recording-content.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import type { LoadedReport } from './load-report.js';

// Contents are read for a line each, so large ones are not read at all. In bytes.
const MAXIMUM_CONTENT = 256 * 1024;
const MAXIMUM_TOTAL = 4 * 1024 * 1024;

/**
 * What the new recordings among some changes respond, by path: "calls `get_weather`" or the first words.
 * Failures are left out, because the words of the change name them.
 */
export async function loadOutcomes(
  { services }: RepositoryPageRequest,
  { computed }: LoadedReport,
  changes: DriftChange[],
): Promise<Map<string, string>> {
  const rows: RecordingRow[] = [];
  let remaining = MAXIMUM_TOTAL;
  for (const { kind, failure, path } of changes) {
    const row = kind === 'ADDED' && failure === null ? computed.after.get(path) : undefined;
    if (row === undefined || row.size > Math.min(MAXIMUM_CONTENT, remaining)) continue;
    remaining -= row.size;
    rows.push(row);
  }
  const contents = await readContents(services, rows);
  return new Map(
    rows.flatMap((row, index) => {
      const content = contents[index];
      const words = content === undefined ? null : describeContent(content);
      return words === null ? [] : [[row.path, words]];
    }),
  );
}

function describeContent({ problem, exchanges, conversation }: RecordingContent): string | null {
  if (problem !== null) return null;
  if (exchanges === null) return describeAnswer(conversation);
  const last = exchanges.at(-1);
  const words = last === undefined ? null : describeAnswer(readCall(last).conversation);
  if (exchanges.length === 1) return words;
  return `${count(exchanges.length, 'call')}${words === null ? '' : `, the last one ${words}`}`;
}
