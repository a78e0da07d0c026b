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
  /** The key of a cause. */
  cause: string | null;
  /** Only errors, or only what no recorder finds. */
  only: Only | null;
}

const ONLY = ['errors', 'unplayable'] as const;
/** A property of changes that a report counts, besides kind and level. */
export type Only = (typeof ONLY)[number];

/** Reads the filter from query parameters. Unknown values are ignored. */
export function readFilter(parameter: (name: string) => string | null): ChangeFilter {
  const [kind, level, only] = [parameter('kind'), parameter('level'), parameter('only')];
  return {
    kind: KINDS.find((each) => each === kind) ?? null,
    level: LEVELS.find((each) => each === level) ?? null,
    model: parameter('model'),
    test: parameter('test'),
    request: parameter('request'),
    cause: parameter('cause'),
    only: ONLY.find((each) => each === only) ?? null,
  };
}

/** Whether the filter can leave out changes. */
export function isFiltered(filter: ChangeFilter): boolean {
  return Object.values(filter).some((value) => value !== null);
}

/** Whether a change matches the filter, apart from its cause. */
export function matches(change: DriftChange, filter: ChangeFilter): boolean {
  const test = filter.test?.toLowerCase() ?? null;
  return (
    (filter.kind === null || change.kind === filter.kind) &&
    (filter.level === null || change.level === filter.level) &&
    (filter.model === null || change.model === filter.model) &&
    (filter.request === null || change.requestChange?.key === filter.request) &&
    (filter.only === null || (filter.only === 'errors' ? isError(change) : change.unplayable)) &&
    (test === null ||
      [change.testId, change.path, change.previousPath].some((name) => name?.toLowerCase().includes(test)))
  );
}

/** Whether `DriftSummary.errors` counts the change. */
function isError({ failure }: DriftChange): boolean {
  return failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR';
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
