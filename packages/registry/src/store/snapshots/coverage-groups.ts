import { testNamesOf } from '../../recordings/reading/test-id-in-file-name.js';
import { slicesOf } from '../../vocabulary/slices.js';
import type { Coverage, TestCount } from './coverage.js';

/** How many tests of a group have no recordings, and how many with recordings are not listed. */
export interface CoverageCount {
  missing: number;
  unlisted: number;
  /** The recordings of the tests that are not listed. */
  recordings: number;
}

export type SuiteCoverage = CoverageCount & { suite: string };
export type ModelCoverage = CoverageCount & { model: string | null };

/** The recordings of a test with one model. */
export interface TestModel extends TestCount {
  model: string | null;
}

/** Groups a comparison by the folder of the test file, ordered by name; `.` is the root. */
export async function coverageBySuite({ missing, unlisted }: Coverage): Promise<SuiteCoverage[]> {
  const groups = new Groups<string>();
  for await (const slice of slicesOf(missing)) for (const test of slice) groups.addMissing(suiteOf(test));
  for await (const slice of slicesOf(unlisted))
    for (const { testId, recordings } of slice) groups.addUnlisted(suiteOf(testId), recordings);
  return groups.sorted().map(([suite, counts]) => ({ suite, ...counts }));
}

/**
 * Groups a comparison by model, ordered by name; the group without a model is the last. The model of a test
 * without recordings is the longest known name among its parameters.
 * @param recorded the recordings of each test by model
 */
export async function coverageByModel(
  { missing, unlisted }: Coverage,
  recorded: readonly TestModel[],
): Promise<ModelCoverage[]> {
  const groups = new Groups<string | null>();
  const names = new Set(recorded.flatMap(({ model }) => model ?? []));
  const models = [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  // Each test is compared with each model.
  for await (const slice of slicesOf(missing, { oneStep: 200, size: 200 }))
    for (const test of slice) groups.addMissing(modelInParameters(test, models));
  const isUnlisted = new Set(unlisted.map(({ testId }) => testId));
  for await (const slice of slicesOf(recorded)) {
    for (const { testId, model, recordings } of slice)
      if (isUnlisted.has(testId)) groups.addUnlisted(model, recordings);
  }
  return groups.sorted().map(([model, counts]) => ({ model, ...counts }));
}

/** The folder of a test file; `.` for a file at the root. */
export function suiteOf(testId: string): string {
  const file = testId.split('::')[0]?.split('[')[0] ?? '';
  const end = file.lastIndexOf('/');
  return end <= 0 ? '.' : file.slice(0, end);
}

/** The first of the names that the parameters of a test have as a whole word; null if none. */
export function modelInParameters(testId: string, models: readonly string[]): string | null {
  const start = testId.indexOf('[');
  if (start < 0) return null;
  const parameters = testId.slice(start);
  return models.find((model) => model !== '' && hasWord(parameters, model)) ?? null;
}

function hasWord(text: string, word: string): boolean {
  const isLetter = (character: string | undefined) =>
    character !== undefined && /[\p{L}\p{N}]/u.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  return false;
}

/**
 * The tests without recordings that are new: neither they nor other parametrisations of them have recordings
 * in an earlier state.
 */
export async function newTestsAmong(
  missing: readonly string[],
  recordedBefore: readonly TestCount[],
): Promise<string[]> {
  const known = new Set(recordedBefore.map(({ testId }) => withoutParameters(testId)));
  const found: string[] = [];
  for await (const slice of slicesOf([...missing])) {
    for (const test of slice) {
      const names = testNamesOf(test).map(withoutParameters);
      if (!names.some((name) => known.has(name))) found.push(test);
    }
  }
  return found;
}

function withoutParameters(testId: string): string {
  const start = testId.indexOf('[', Math.max(0, testId.indexOf('::')));
  return start < 0 ? testId : testId.slice(0, start);
}

/** The counts by a name. */
class Groups<Name extends string | null> {
  readonly #counts = new Map<Name, CoverageCount>();

  addMissing(name: Name): void {
    this.#of(name).missing += 1;
  }

  addUnlisted(name: Name, recordings: number): void {
    const counts = this.#of(name);
    counts.unlisted += 1;
    counts.recordings += recordings;
  }

  sorted(): [Name, CoverageCount][] {
    return [...this.#counts].sort(([a], [b]) => (b === null || (a !== null && a < b) ? -1 : 1));
  }

  #of(name: Name): CoverageCount {
    const counts = this.#counts.get(name) ?? { missing: 0, unlisted: 0, recordings: 0 };
    this.#counts.set(name, counts);
    return counts;
  }
}
