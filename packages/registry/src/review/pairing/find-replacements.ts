import type { Difference, DriftSide, LoadContents, ModelRename } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { sketchSides } from './load-sketches.js';
import { areNamesOfOneModel, findModelRenames, renameSide } from './model-renames.js';
import { type Candidates, pairReplacements, type Replacement } from './pair-replacements.js';
import type { RequestSketch } from './request-sketch.js';

/** Tests whose sketches are in memory at once. */
const TESTS_AT_ONCE = 200;
/** Unchanged recordings of a test, model and endpoint that are considered: the newest ones. */
const MAXIMUM_CANDIDATES = 64;

/** What a difference has besides the new recordings without a pair. */
export interface Surroundings {
  /** Recordings with a successor in this change: the older sides of pairs, both sides of changed ones. */
  used: DriftSide[];
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
): Promise<Replacement[]> {
  const { loadUnchanged } = surroundings;
  const byTest = [...groupBy(added, ({ testId }) => testId)].filter(([testId]) => testId !== null);
  byTest.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  const used = groupBy(surroundings.used, ({ testId }) => testId);
  const removed = groupBy(surroundings.removed, ({ testId }) => testId);
  const replacements: Replacement[] = [];
  for (const slice of slices(byTest, TESTS_AT_ONCE)) {
    const tests = slice.map(([testId]) => testId as string);
    const unchanged = (await loadUnchanged?.(tests, limitOf(slice))) ?? [];
    replacements.push(
      ...(await pairTests(
        slice.flatMap(([, sides]) => sides),
        {
          free: [...unchanged, ...tests.flatMap((testId) => removed.get(testId) ?? [])],
          used: tests.flatMap((testId) => used.get(testId) ?? []),
        },
        load,
      )),
    );
  }
  const paired = new Set(replacements.map(({ after }) => after));
  const remaining = byTest
    .map(([testId, sides]) => [testId, sides.filter((side) => !paired.has(side))] as const)
    .filter(([, sides]) => sides.length > 0);
  return [...replacements, ...(await pairRenamed(remaining, surroundings, load))];
}

/** Pairs new recordings of renamed models with unchanged ones under the earlier name. */
async function pairRenamed(
  byTest: (readonly [string | null, DriftSide[]])[],
  { loadUnchanged, loadModels, recordedModels }: Surroundings,
  load: LoadContents,
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
      replacements.push(...(await pairTests(added, { free: unchanged, used: [] }, load, renames)));
  }
  return replacements;
}

/** Pairs the recordings of some tests; sketches only those of tests with a candidate. */
async function pairTests(
  added: DriftSide[],
  { free, used }: Candidates,
  load: LoadContents,
  renames: ModelRename[] = [],
): Promise<Replacement[]> {
  const names = new Set(
    [null, ...renames].flatMap((rename) => [...free, ...used].map((side) => renameSide(side, rename).testId)),
  );
  const news = added.filter(({ testId }) => names.has(testId));
  if (news.length === 0) return [];
  const sketches: Map<string, RequestSketch> = await sketchSides([...news, ...free, ...used], load);
  return pairReplacements(news, { free, used }, ({ digest }) => sketches.get(digest), renames);
}

function limitOf(slice: (readonly [string | null, DriftSide[]])[]): number {
  return Math.max(MAXIMUM_CANDIDATES, ...slice.map(([, sides]) => 2 * sides.length));
}

function* slices<Item>(items: Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
