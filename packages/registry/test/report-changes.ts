import fc from 'fast-check';
import { compareTexts } from '../src/review/differences/compare-texts.js';
import type { Drift, DriftChange, DriftKind, DriftSide } from '../src/review/differences/drift.js';
import { describeChange } from '../src/review/report/describe-change.js';
import type { Report } from '../src/review/report/report.js';
import type { Failure } from '../src/vocabulary/failure.js';
import { type DriftLevel, rank } from '../src/vocabulary/level.js';
import type { Playable } from '../src/vocabulary/recording.js';
import { code } from '../src/vocabulary/words.js';

/** A change of a report, as far as a test names it. */
export interface ChangeSpec {
  kind?: DriftKind;
  level?: DriftLevel | null;
  test?: string | null;
  path?: string;
  model?: string;
  /** The model of the older recording; the same by default. */
  modelBefore?: string;
  words?: string;
  rule?: string;
  texts?: [string, string];
  request?: string;
  unplayable?: boolean;
  playable?: Playable;
  /** Whether a new recording replaces an old one. */
  replaces?: boolean;
  reasons?: [rule: string, level: DriftLevel, words: string][];
  failure?: Partial<Failure> | null;
  failedBefore?: boolean;
  leftoverBeside?: string | null;
  sharedWith?: string[];
  brokenFollowUps?: string[];
}

/** Makes a change of a report, with the words that a report gives it. */
export function changeOf(spec: ChangeSpec): DriftChange {
  const { kind = 'CHANGED', level = null, test = 'tests/test_a.py::test_one', model = 'm' } = spec;
  const path = spec.path ?? 'rec/a.json';
  const after: DriftSide = {
    path,
    digest: '',
    size: 1,
    testId: test,
    model,
    endpoint: null,
    hash: null,
    hashStatus: 'VERIFIED',
    playable: spec.playable ?? 'YES',
  };
  const older = { ...after, model: spec.modelBefore ?? model, playable: 'YES' as const };
  const reasons = (spec.reasons ?? []).map(([rule, at, words]) => ({ rule, level: at, path: 'x', words }));
  if (level !== null) reasons.unshift({ rule: spec.rule ?? 'x', level, path: 'x', words: spec.words ?? 'x' });
  const replaces = kind === 'ADDED' && spec.replaces === true;
  const given = {
    kind,
    level: kind === 'REMOVED' ? null : level,
    path,
    previousPath: kind === 'MOVED' || kind === 'REKEYED' ? `old/${path}` : null,
    testId: test,
    model,
    unplayable: spec.unplayable ?? false,
    reasons,
    requestChange: spec.request ? { key: spec.request, shape: 'seed added', words: [spec.request] } : null,
    texts: spec.texts ? [compareTexts('x', ...spec.texts)] : [],
    before: kind === 'ADDED' ? null : older,
    after: kind === 'REMOVED' ? null : after,
    replaces: replaces ? { ...older, path: `old/${path}` } : null,
    failure: spec.failure
      ? { kind: 'ERROR' as const, status: null, tool: null, text: '', ...spec.failure }
      : null,
    failedBefore: spec.failedBefore ?? false,
    leftoverBeside: spec.leftoverBeside ?? null,
    sharedWith: spec.sharedWith ?? [],
    brokenFollowUps: spec.brokenFollowUps ?? [],
    exchanges: [],
    renamedModel:
      spec.modelBefore === undefined || spec.modelBefore === model
        ? null
        : { from: spec.modelBefore, to: model },
  };
  return { ...given, ...describeChange(given) };
}

/** Makes a drift of changes, with the counts that belong to them. */
export function driftOf(specs: ChangeSpec[]): Drift {
  const changes = specs.map(changeOf);
  const kinds = (kind: DriftKind) => changes.filter((one) => one.kind === kind).length;
  const levels = (level: DriftLevel) => changes.filter((one) => one.level === level).length;
  const errors = changes.filter(({ failure }) => failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR');
  return {
    changes,
    summary: {
      added: kinds('ADDED'),
      removed: kinds('REMOVED'),
      changed: kinds('CHANGED'),
      rekeyed: kinds('REKEYED'),
      moved: kinds('MOVED'),
      unchanged: 3,
      cosmetic: levels('COSMETIC'),
      metadata: levels('METADATA'),
      content: levels('CONTENT'),
      behaviour: levels('BEHAVIOUR'),
      errors: errors.length,
      unplayable: changes.filter((one) => one.unplayable).length,
    },
    level: changes.map((one) => one.level).sort((a, b) => rank(b) - rank(a))[0] ?? null,
    ignored: 0,
    rules: 'test',
  };
}

// biome-ignore format: a list of pieces
const piece = fc.constantFrom(
  '@octocat', '`', '```', '~~~', '</details>', '<img src=x onerror=alert(1)>', '<!--', '-->',
  '[a](javascript:x)', '|', '\\', '\n', '\r', '\n\n# title\n', '\n- ', 'https://evil.example',
  'www.evil.example', 'me@evil.example', '#12', 'o/n#3', '&lt;', '&amp;', '$x$', '\u0000', '\u001b[31m',
  '\u202e', '\u2028', '\ud800', '🙂', ' ', 'word', '*', '_', '"', '===',
);

/** Text that tries to leave its place in a report. */
export const hostile = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));

const words = hostile.map((text) => `answer ${code(text)} → ${code(text)}`);

/** Any change that a report may have, with hostile text wherever a recording decides. */
export const anyChange = fc
  .record({
    kind: fc.constantFrom<DriftKind[]>('CHANGED', 'REKEYED', 'MOVED', 'ADDED', 'REMOVED'),
    level: fc.constantFrom<(DriftLevel | null)[]>('COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR', null),
    test: fc.oneof(hostile, fc.constantFrom('a.py::one', 'a.py::two', 'b.py::three', null)),
    path: hostile,
    model: hostile,
    modelBefore: fc.oneof(hostile, fc.constant('m')),
    rule: fc.constantFrom('text', 'tool call', 'finish reason', 'usage', 'embedding', 'unplayable'),
    words: fc.oneof(
      words,
      fc.constantFrom('answer in other words', 'calls `f(a: 1)`', 'no longer calls `f(a: 2)`'),
    ),
    texts: fc.tuple(hostile, hostile),
    request: fc.oneof(
      hostile.map((text) => `${code(text)} added`),
      fc.constant(''),
    ),
    unplayable: fc.boolean(),
    replaces: fc.boolean(),
    failure: fc.option(
      fc.record({
        kind: fc.constantFrom<Failure['kind'][]>('ERROR', 'TOOL_ERROR', 'EMPTY', 'CUT_OFF'),
        status: fc.constantFrom(null, 400, 500),
        tool: fc.option(hostile, { nil: null }),
        text: hostile,
      }),
    ),
    failedBefore: fc.boolean(),
    leftoverBeside: fc.option(hostile),
    sharedWith: fc.array(hostile, { maxLength: 2 }),
    brokenFollowUps: fc.array(hostile, { maxLength: 2 }),
  })
  .map(possible);

/** Leaves out what cannot be: a removed recording has no level and no newer side. */
function possible(spec: ChangeSpec): ChangeSpec {
  const { kind, failure } = spec;
  if (kind === 'REMOVED')
    return {
      ...spec,
      level: null,
      texts: ['', ''],
      unplayable: false,
      failure: null,
      sharedWith: [],
      brokenFollowUps: [],
    };
  const isNews = spec.unplayable || (failure && !spec.failedBefore);
  const level = isNews
    ? 'BEHAVIOUR'
    : kind === 'CHANGED' || kind === 'REKEYED'
      ? (spec.level ?? 'COSMETIC')
      : spec.level;
  return { ...spec, level: level ?? null };
}

/** A report about a pull request, compared three days later with a commit of `main`. */
export function reportOf(specs: ChangeSpec[], more: Partial<Report> = {}): Report {
  const [then, now] = [new Date('2025-10-01T08:00:00Z'), new Date('2025-10-04T09:05:00Z')];
  return {
    repository: 'o/n',
    drift: driftOf(specs),
    baseline: { label: 'main', commit: '0123456789abcdef', createdAt: then, reason: 'merge base' },
    head: { label: 'pull/7', commit: 'fedcba9876543210', createdAt: now },
    url: 'https://registry.example/o/n/pull/7',
    pullRequest: 7,
    ...more,
  };
}

/**
 * What a reader sees of a comment without opening a fold: the lines that are not blank outside folds, two for
 * a table cell with a line break, and one for each fold.
 */
export function visibleLines(markdown: string): string[] {
  const closed = markdown.replaceAll(/<details><summary>(.*?)<\/summary>[\s\S]*?\n<\/details>/g, '▸ $1');
  return closed
    .split('\n')
    .flatMap((line) => line.split('<br>'))
    .filter((line) => line.trim() !== '' && line !== '|---|---|');
}
