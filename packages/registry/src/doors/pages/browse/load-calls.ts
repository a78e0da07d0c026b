import type { Database } from '../../../database/statements/database.js';
import { isCassetteFormat } from '../../../recordings/formats/known-formats.js';
import { type CallSummary, callSummaries } from '../../../store/contents/call-summary-store.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import { shorten } from '../../../vocabulary/words.js';

/** What the calls of the cassettes among some recordings say, by digest. */
export async function loadCalls(db: Database, rows: RecordingRow[]): Promise<Map<string, CallSummary>> {
  const cassettes = rows.filter(({ format }) => isCassetteFormat(format));
  const [first] = cassettes;
  if (first === undefined) return new Map();
  return callSummaries(
    db,
    first.repositoryId,
    cassettes.map(({ digest }) => digest),
  );
}

/** Names that a row shows; the rest is counted. */
const SHOWN = 3;

/** "a, b, c and 2 more", of the first of `count` names, each cut after `limit` characters; null without any. */
export function describeNames(named: string[], count: number, limit: number): string | null {
  if (count === 0) return null;
  const shown = named.slice(0, SHOWN).map((name) => shorten(name, limit));
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-GB')} more` : ''}`;
}
