import { type DriftChange, type DriftKind, KINDS } from '../../../review/differences/drift.js';
import { type DriftLevel, LEVELS } from '../../../vocabulary/level.js';

/** Which changes a report shows. A null field does not filter. */
export interface ChangeFilter {
  kind: DriftKind | null;
  level: DriftLevel | null;
  model: string | null;
  /** Part of the test id or the path, case-insensitive. */
  test: string | null;
  /** The key of a request change that several recordings share. */
  request: string | null;
}

/** Reads the filter from query parameters. Unknown values are ignored. */
export function readFilter(parameter: (name: string) => string | null): ChangeFilter {
  const [kind, level] = [parameter('kind'), parameter('level')];
  return {
    kind: KINDS.find((each) => each === kind) ?? null,
    level: LEVELS.find((each) => each === level) ?? null,
    model: parameter('model'),
    test: parameter('test'),
    request: parameter('request'),
  };
}

/** Whether the filter can leave out changes. */
export function isFiltered(filter: ChangeFilter): boolean {
  return Object.values(filter).some((value) => value !== null);
}

/** The changes that match the filter, in their order. */
export function filterChanges(changes: DriftChange[], filter: ChangeFilter): DriftChange[] {
  const test = filter.test?.toLowerCase() ?? null;
  return changes.filter(
    (change) =>
      (filter.kind === null || change.kind === filter.kind) &&
      (filter.level === null || change.level === filter.level) &&
      (filter.model === null || change.model === filter.model) &&
      (filter.request === null || change.requestChange?.key === filter.request) &&
      (test === null ||
        [change.testId, change.path, change.previousPath].some((name) => name?.toLowerCase().includes(test))),
  );
}

/** The models that the changes name, sorted. */
export function modelsOfChanges(changes: DriftChange[]): string[] {
  return [...new Set(changes.map((change) => change.model).filter((model) => model !== null))].sort();
}

/** A request change that several recordings share. */
export interface SharedRequest {
  key: string;
  words: string[];
  recordings: number;
}

/** The request changes that several recordings share, most widely shared first. */
export function sharedRequests(changes: DriftChange[]): SharedRequest[] {
  const shared = new Map<string, SharedRequest>();
  for (const { requestChange } of changes) {
    if (requestChange === null) continue;
    const known = shared.get(requestChange.key);
    if (known) known.recordings++;
    else shared.set(requestChange.key, { key: requestChange.key, words: requestChange.words, recordings: 1 });
  }
  return [...shared.values()]
    .filter(({ recordings }) => recordings > 1)
    .sort((a, b) => b.recordings - a.recordings);
}
