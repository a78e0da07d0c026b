import type { DriftSide, ModelRename } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

/** Stands for the model's name in a test id; no test id of a recorder contains it. */
const PLACEHOLDER = '\0';

/**
 * Finds models that have another name in the new recordings: test ids that contain the model's name are
 * equal but for that name. The pair of names with the most such tests and the most similar names first;
 * each name is in at most one rename. A model with old and new recordings of one test was not renamed.
 */
export function findModelRenames(olds: DriftSide[], news: DriftSide[]): ModelRename[] {
  const newsByTest = groupBy(news, testWithoutModel);
  const found = new Map<string, ModelRename & { tests: number }>();
  for (const [test, rows] of groupBy(olds, testWithoutModel)) {
    if (test === null) continue;
    const [before, after] = [modelsOf(rows), modelsOf(newsByTest.get(test) ?? [])];
    for (const from of before.filter((model) => !after.includes(model))) {
      for (const to of after.filter((model) => !before.includes(model))) {
        const key = JSON.stringify([from, to]);
        found.set(key, { from, to, tests: (found.get(key)?.tests ?? 0) + 1 });
      }
    }
  }
  const weight = ({ from, to, tests }: ModelRename & { tests: number }) =>
    tests * (0.5 + nameSimilarity(from, to));
  const ordered = [...found].sort(([a, x], [b, y]) => weight(y) - weight(x) || (a < b ? -1 : 1));
  const [renamed, renames]: [Set<string>, ModelRename[]] = [new Set(), []];
  for (const [, { from, to }] of ordered) {
    if (renamed.has(`from ${from}`) || renamed.has(`to ${to}`)) continue;
    renamed.add(`from ${from}`).add(`to ${to}`);
    renames.push({ from, to });
  }
  return renames;
}

/** A side as it would be called after a rename: with the new name as model and in the test id. */
export function renameSide(side: DriftSide, rename: ModelRename | null): DriftSide {
  if (rename === null || side.testId === null) return { ...side };
  const { from, to } = rename;
  const testId = side.testId.replaceAll(from, () => to);
  return { ...side, testId, model: side.model === from ? to : side.model };
}

/**
 * Whether two names are probably names of one model, as far as names say: equal but for a provider before
 * the last `/`, or for a version, date or precision at the end. Needed where recordings under the earlier name still
 * exist, because a repository may test several models.
 */
export function areNamesOfOneModel(a: string, b: string): boolean {
  const [x, y] = [providerOf(a), providerOf(b)];
  if (x !== '' && y !== '' && x !== y) return false;
  const [first, second] = [nameParts(a), nameParts(b)];
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  const isSame = (part: string, index: number) =>
    part === long[index] || (DATE.test(part) && DATE.test(long[index] ?? ''));
  return short.every(isSame) && long.slice(short.length).every((part) => VERSION.test(part));
}

const DATE = /^\d{4,8}$/;
/** `v2`, `0613`, `fp16`; no single number: `claude-4` and `claude-4-5` are two models. */
const VERSION = /^(?:v\d+|\d{4,8}|b?f(?:p|loat)?(?:8|16|32)|int[48]|q[2-8](?:_\w+)?|awq|gptq|gguf)$/;

const BEDROCK_VERSION = /-v?\d+:\d+$/;

function providerOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/'))).toLowerCase();
}

/** The parts of a name after the provider; a date is one part, and so is a number such as `4.1`. */
function nameParts(name: string): string[] {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/:latest$/, '')
    .replace(BEDROCK_VERSION, '')
    .replaceAll(/(\d{4})-(\d{2})-(\d{2})/g, '$1$2$3')
    .split(/[-_@:\s]|\.(?!\d)|(?<!\d)\./)
    .filter((part) => part !== '');
}

/** Similarity of two names by their parts, from 0 to 1. */
function nameSimilarity(a: string, b: string): number {
  const [x, y] = [new Set(nameParts(a)), new Set(nameParts(b))];
  const common = [...x].filter((part) => y.has(part)).length;
  return x.size + y.size === 0 ? 0 : (2 * common) / (x.size + y.size);
}

/** The endpoint and the test id with the model's name replaced; null when the id does not contain it. */
function testWithoutModel({ testId, model, endpoint }: DriftSide): string | null {
  if (!testId || !model || !testId.includes(model)) return null;
  return JSON.stringify([testId.replaceAll(model, PLACEHOLDER), endpoint]);
}

function modelsOf(sides: DriftSide[]): string[] {
  return [...new Set(sides.map(({ model }) => model).filter((model) => model !== null))];
}
