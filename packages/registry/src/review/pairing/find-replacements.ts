import type { Difference, DriftSide, LoadContents, ModelRename } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { callKey, likenessOf } from './call-likeness.js';
import { type SketchContent, sketchSides } from './load-sketches.js';
import { areNamesOfOneModel, findModelRenames, renameSide } from './model-renames.js';
import { type Candidates, pairReplacements, type Replacement } from './pair-replacements.js';
import type { RequestSketch } from './request-sketch.js';
import { generationOf } from './superseded.js';

/** Tests whose sketches are in memory at once. */
const TESTS_AT_ONCE = 200;
/** Unchanged recordings of a test, model and endpoint that are considered: the newest ones. */
const MAXIMUM_CANDIDATES = 64;
/** Unchanged recordings that are loaded first. */
const MINIMUM_CANDIDATES = 4;

/** What a difference has besides the new recordings without a pair. */
export interface Surroundings {
  /** Recordings of the baseline with a successor: the older sides of pairs and of changed recordings. */
  used: DriftSide[];
  /** The newer sides of changed recordings. */
  changed: DriftSide[];
  /** Removed recordings without a pair. */
  removed: DriftSide[];
  /** All models that the head recorded in this change; they still have their name. */
  recordedModels: Set<string>;
  loadUnchanged: Difference['loadUnchanged'];
  loadModels: Difference['loadModels'];
}

/**
 * Pairs new recordings with those that they probably replace, see `pairReplacements`. Loads the contents of
 * 200 tests at a time, and at most 64 unchanged recordings per test, model and endpoint; more when the
 * change adds more.
 */
export async function findReplacements(
  added: DriftSide[],
  surroundings: Surroundings,
  load: LoadContents,
  sketch?: SketchContent,
): Promise<Replacement[]> {
  const { loadUnchanged } = surroundings;
  const byTest = [...groupBy(added, ({ testId }) => testId)].filter(([testId]) => testId !== null);
  byTest.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  const [used, changed, removed] = [surroundings.used, surroundings.changed, surroundings.removed].map(
    (sides) => groupBy(sides, ({ testId }) => testId),
  );
  const replacements: Replacement[] = [];
  for (const slice of slices(byTest, TESTS_AT_ONCE)) {
    const tests = slice.map(([testId]) => testId as string);
    const unchanged = (await loadUnchanged?.(tests, limitOf(slice))) ?? [];
    replacements.push(
      ...(await pairTests(
        slice.flatMap(([, sides]) => sides),
        {
          free: [...unchanged, ...tests.flatMap((testId) => removed?.get(testId) ?? [])],
          used: tests.flatMap((testId) => used?.get(testId) ?? []),
          changed: tests.flatMap((testId) => changed?.get(testId) ?? []),
        },
        { load, sketch },
      )),
    );
  }
  const paired = new Set(replacements.map(({ after }) => after));
  const remaining = byTest
    .map(([testId, sides]) => [testId, sides.filter((side) => !paired.has(side))] as const)
    .filter(([, sides]) => sides.length > 0);
  return [...replacements, ...(await pairRenamed(remaining, surroundings, { load, sketch }))];
}

/** How contents are loaded and sketched. */
interface Contents {
  load: LoadContents;
  sketch: SketchContent | undefined;
}

/** Pairs new recordings of renamed models with unchanged ones under the earlier name. */
async function pairRenamed(
  byTest: (readonly [string | null, DriftSide[]])[],
  { loadUnchanged, loadModels, recordedModels }: Surroundings,
  contents: Contents,
): Promise<Replacement[]> {
  const names = new Set(
    byTest.flatMap(([testId, sides]) =>
      sides.flatMap(({ model }) => (model !== null && testId?.includes(model) ? [model] : [])),
    ),
  );
  if (names.size === 0 || !loadUnchanged || !loadModels) return [];
  const known = [...(await loadModels())].filter((model) => !recordedModels.has(model)).sort();
  const possible = [...names].sort().flatMap((to) =>
    // A name that the baseline has is no new name.
    known.filter((from) => areNamesOfOneModel(from, to)).map((from): ModelRename => ({ from, to })),
  );
  if (possible.length === 0) return [];
  const replacements: Replacement[] = [];
  for (const slice of slices(byTest, TESTS_AT_ONCE)) {
    const earlier = possible.flatMap(({ from, to }) =>
      slice
        .map(([testId]) => testId?.replaceAll(to, () => from) ?? '')
        .filter((testId) => testId.includes(from)),
    );
    const tests = [...new Set(earlier)].sort();
    if (tests.length === 0) continue;
    const added = slice.flatMap(([, sides]) => sides);
    const unchanged = await loadUnchanged(tests, limitOf(slice));
    const renames = findModelRenames(unchanged, added).filter(({ from, to }) =>
      possible.some((rename) => rename.from === from && rename.to === to),
    );
    if (renames.length > 0)
      replacements.push(
        ...(await pairTests(added, { free: unchanged, used: [], changed: [] }, contents, renames)),
      );
  }
  return replacements;
}

/**
 * Pairs the recordings of some tests. Loads the newest candidates first: a test whose new recordings all have
 * the messages of one of these needs no older ones.
 */
async function pairTests(
  added: DriftSide[],
  { free, used, changed }: Candidates,
  { load, sketch }: Contents,
  renames: ModelRename[] = [],
): Promise<Replacement[]> {
  const testsOf = (side: DriftSide) => [null, ...renames].map((rename) => renameSide(side, rename).testId);
  const known = new Set([...free, ...used, ...changed].flatMap(testsOf));
  const news = added.filter(({ testId }) => known.has(testId));
  const sketches = new Map<string, RequestSketch>();
  const sketchOf = ({ digest }: DriftSide) => sketches.get(digest);
  const pair = async (after: DriftSide[], candidates: Candidates) => {
    const all = [...after, ...candidates.free, ...candidates.used, ...candidates.changed];
    const missing = all.filter((side) => !sketchOf(side));
    for (const [digest, found] of await sketchSides(missing, load, sketch)) sketches.set(digest, found);
    return pairReplacements(after, candidates, sketchOf, renames);
  };
  const isCertain = ({ before, after }: Replacement) =>
    likenessOf(sketchOf(before), sketchOf(after)).degree === 'SAME';

  const first = await pair(news, { free: newestOf(free, news), used: [], changed: [] });
  const certain = new Set(first.filter(isCertain).map(({ after }) => after));
  const open = new Set(news.filter((side) => !certain.has(side)).map(({ testId }) => testId));
  const isOpen = (side: DriftSide) => testsOf(side).some((testId) => open.has(testId));
  const second = await pair(
    news.filter(({ testId }) => open.has(testId)),
    { free: free.filter(isOpen), used: used.filter(isOpen), changed: changed.filter(isOpen) },
  );
  return [...first.filter(({ after }) => !open.has(after.testId)), ...second];
}

/**
 * The newest generations of each call: so many that they hold at least 4 recordings, and twice as many as
 * any test has new ones.
 */
function newestOf(sides: DriftSide[], added: DriftSide[]): DriftSide[] {
  const news = [...groupBy(added, ({ testId }) => testId).values()].map(({ length }) => length);
  const least = Math.max(MINIMUM_CANDIDATES, ...news.map((length) => 2 * length));
  return [...groupBy(sides, callKey).values()].flatMap((calls) => {
    const generations = calls.map(generationOf).sort((x, y) => y - x);
    const oldest = generations[Math.min(least, generations.length) - 1] ?? 0;
    return calls.filter((side) => generationOf(side) >= oldest);
  });
}

function limitOf(slice: (readonly [string | null, DriftSide[]])[]): number {
  return Math.max(MAXIMUM_CANDIDATES, ...slice.map(([, sides]) => 2 * sides.length));
}

function* slices<Item>(items: Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
