import type { DriftChange } from '../../../review/differences/drift.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import { code, listing } from '../../../vocabulary/words.js';
import type { Conversation } from '../conversation/conversation.js';
import { readContents } from '../conversation/recording-content.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import type { LoadedReport } from './load-report.js';

// Contents are read for a line each, so large ones are not read at all. In bytes.
const MAXIMUM_CONTENT = 256 * 1024;
const MAXIMUM_TOTAL = 4 * 1024 * 1024;

const MAXIMUM_CALLS = 3;
const FIRST_WORDS = 120;

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
  const contents = await readContents(services.connection, rows);
  return new Map(
    rows.flatMap((row, index) => {
      const content = contents[index];
      const words = content && content.problem === null ? describeOutcome(content.conversation) : null;
      return words === null ? [] : [[row.path, words]];
    }),
  );
}

/** "calls `get_weather` and `get_time`", or "responds `It is sunny…`"; null when there is neither. */
export function describeOutcome({ answer }: Pick<Conversation, 'answer'>): string | null {
  const parts = answer.flatMap((turn) => turn.parts);
  const calls = parts.filter(({ kind }) => kind === 'call').map(({ name }) => code(name));
  if (calls.length > 0) return `calls ${listing(calls, MAXIMUM_CALLS)}`;
  const [text] = parts.filter(({ text: words }) => words.trim() !== '');
  return text === undefined ? null : `responds ${code(text.text, FIRST_WORDS)}`;
}
