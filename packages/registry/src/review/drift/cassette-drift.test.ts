import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Call, callsTool, cassetteOf } from '../../../test/cassettes.js';
import { readRecording } from '../../recordings/reading/read-recording.js';
import type { Difference, DriftSide } from '../differences/drift.js';
import { findCauses } from '../report/causes/find-causes.js';
import { headline } from '../report/headline/headline.js';
import { computeDrift } from './compute-drift.js';
import { makeDriftWork } from './drift-work.js';

const contents = new Map<string, Uint8Array>();

/** The side of a cassette of pytest-recording. */
function side(test: string, calls: readonly Call[]): DriftSide {
  const bytes = cassetteOf(calls);
  const digest = createHash('sha256').update(bytes).digest('hex');
  contents.set(digest, bytes);
  const { model, endpoint } = readRecording(bytes);
  return {
    path: `tests/cassettes/test_a/${test}.yaml`,
    digest,
    size: bytes.length,
    testId: `tests/test_a.py::${test}`,
    model,
    endpoint,
    hash: null,
    hashStatus: 'UNKNOWN',
    playable: 'UNKNOWN',
  };
}

const load = async (digests: string[]) =>
  new Map(digests.map((digest) => [digest, contents.get(digest) ?? new Uint8Array()]));

const drift = (difference: Partial<Difference>) =>
  computeDrift({ removed: [], added: [], changed: [], unchanged: 0, ...difference }, load);

/** Tests whose cassettes changed at their path. */
const changed = (...tests: [test: string, before: Call[], after: Call[]][]) =>
  drift({
    changed: tests.map(([test, before, after]) => ({ before: side(test, before), after: side(test, after) })),
  });

const PLAN: Call = { ask: 'Plan a week of hikes near Zermatt', say: 'Start with the lake.' };
const BOOK: Call = { ask: 'Book a hut for two on Friday', say: 'Booked.' };
const ERROR: Call = { ...BOOK, status: 500, say: { error: { message: 'Overloaded' } } };

describe('a cassette at another path', () => {
  it('moved with the same bytes', async () => {
    const { changes } = await drift({
      removed: [side('test_old', [PLAN])],
      added: [side('other_name', [PLAN])],
    });
    expect(changes).toMatchObject([
      { kind: 'MOVED', level: null, summary: 'moved from the test tests/test_a.py::test_old' },
    ]);
  });

  it('moved when the test has another name and the same requests', async () => {
    const { changes } = await drift({
      removed: [side('test_trip_plan', [PLAN, BOOK])],
      added: [side('test_trip_plans', [{ ...PLAN, say: 'Start with the pass.' }, BOOK])],
    });
    expect(changes).toMatchObject([
      { kind: 'MOVED', level: 'CONTENT', exchanges: [{ after: { position: 0 } }] },
    ]);
    expect(changes[0]?.summary).toContain('answer: lake → pass');
  });

  it('is paired by its calls when their requests changed, too', async () => {
    const { changes } = await drift({
      removed: [side('test_trip_plan', [PLAN, BOOK])],
      added: [side('test_trip_plan_again', [{ ...PLAN, ask: 'Plan one week of hikes near Zermatt' }, BOOK])],
    });
    expect(changes).toMatchObject([{ kind: 'REKEYED', level: 'COSMETIC', before: {}, after: {} }]);
    expect(changes[0]?.summary).toBe(
      'moved from the test tests/test_a.py::test_trip_plan; request: prompt reworded; the same answer',
    );
  });

  it('is new when it has another name, or asks something else', async () => {
    const removed = side('test_trip_plan', [PLAN, BOOK]);
    for (const added of [
      side('test_weather', [{ ...PLAN, ask: 'Plan one week of hikes near Zermatt' }, BOOK]),
      side('test_trip_plans', [{ ask: 'What is the speed of light?', say: 'Fast.' }]),
    ]) {
      const { changes } = await drift({ removed: [removed], added: [added] });
      expect(changes.map(({ kind }) => kind).sort()).toEqual(['ADDED', 'REMOVED']);
    }
  });
});

describe('what a report says of cassettes', () => {
  it('names the call of several that changed', async () => {
    const { changes } = await changed(['test_one', [PLAN, BOOK], [PLAN, { ...BOOK, say: 'Fully booked.' }]]);
    expect(changes[0]?.summary).toMatch(/^call 2 of 2: answer/);
  });

  it('names no call where all changed, or where there is one', async () => {
    const { changes } = await changed(
      [
        'test_all',
        [PLAN, BOOK],
        [
          { ...PLAN, say: 'Go to the pass.' },
          { ...BOOK, say: 'Fully booked.' },
        ],
      ],
      ['test_one', [PLAN], [{ ...PLAN, say: 'Go to the pass.' }]],
    );
    expect(changes.map(({ summary }) => summary).join()).not.toMatch(/call \d/);
  });

  it('has one cause for equal changes at other positions', async () => {
    const calls = (answer: Call['say']) => ({ ...BOOK, say: answer as string });
    const result = await changed(
      ['test_first', [BOOK, PLAN], [calls(callsTool('book', {})), PLAN]],
      ['test_second', [PLAN, BOOK], [PLAN, calls(callsTool('book', {}))]],
    );
    const causes = findCauses(result.changes);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.reason).toContain('now calls `book()`');
    expect(headline(result)).toMatch(/^Now calls `book\(\)`.* in 2 recordings$/);
  });

  it('counts tests that make fewer calls', async () => {
    const result = await changed(
      ['test_a', [PLAN, BOOK], [PLAN]],
      ['test_b', [PLAN, BOOK, BOOK], [PLAN]],
      ['test_c', [PLAN, { ...BOOK, url: 'https://other.example.com/v1/chat' }], [PLAN]],
    );
    expect(headline(result)).toBe('3 tests make fewer calls');
  });

  it('says which model replaces another', async () => {
    const result = await changed(['test_a', [PLAN], [{ ...PLAN, model: 'm-2' }]]);
    expect(result.changes[0]?.renamedModel).toEqual({ from: 'm-1', to: 'm-2' });
    expect(headline(result)).toContain('model `m-1` renamed to `m-2` in 1 recording');
  });

  it('says nothing about recorders that do not find a file, and finds no chains', async () => {
    const { changes, summary } = await changed([
      'test_a',
      [PLAN, BOOK],
      [{ ...PLAN, ask: 'Something else' }, BOOK],
    ]);
    expect(summary.unplayable).toBe(0);
    expect(changes[0]).toMatchObject({ unplayable: false, brokenFollowUps: [], level: 'COSMETIC' });
    expect(changes[0]?.summary).not.toMatch(/recorder|hash|found/);
  });

  it('finds the failure of a new cassette, with its place', async () => {
    const { changes, summary } = await drift({ added: [side('test_new', [PLAN, ERROR, BOOK])] });
    expect(summary.errors).toBe(1);
    expect(changes).toMatchObject([
      {
        kind: 'ADDED',
        level: 'BEHAVIOUR',
        failure: { kind: 'ERROR', status: 500 },
        exchanges: [{ kind: 'ADDED', before: null, after: { position: 1 } }],
        summary: 'new; call 2 of 3: is an error (500): Overloaded',
      },
    ]);
  });

  it('still shows what else changed in a cassette with an error', async () => {
    const { changes } = await changed([
      'test_a',
      [PLAN, BOOK],
      [{ ...PLAN, say: callsTool('map', {}) }, ERROR],
    ]);
    expect(findCauses(changes)[0]?.words).toContain('now calls `map()`');
  });

  it('finds new calls in a cassette that had none', async () => {
    const empty = side('test_empty', []);
    const { changes } = await drift({ changed: [{ before: empty, after: side('test_empty', [PLAN]) }] });
    expect(changes).toMatchObject([{ level: 'BEHAVIOUR', exchanges: [{ kind: 'ADDED' }] }]);
  });
});

describe('makeDriftWork', () => {
  const content = (test: string, calls: readonly Call[]) => {
    const made = side(test, calls);
    return { side: made, bytes: contents.get(made.digest) ?? null };
  };
  const settings = {
    ignore: [],
    levels: [],
    allowedSecrets: [],
    recordings: [],
    recorder: { version: null, folders: [] },
    retention: { pullRequests: 30, snapshots: 365, audit: 400 },
  };

  it('compares large contents in another thread, with the same result', async () => {
    const names: string[] = [];
    const work = makeDriftWork({
      async run<Task, Result>(worker: URL, name: string, task: Task): Promise<Result> {
        names.push(name);
        const exported = await import(worker.href.replace(/\.js$/, '.ts'));
        return exported[name](structuredClone(task)) as Result;
      },
    });
    const long = { ...PLAN, say: 'word '.repeat(60_000) };
    const [small, large] = [content('a', [PLAN]), content('a', [long, BOOK])];
    expect(await work.compare(small, small, true, settings)).toMatchObject({ level: null });
    expect(await work.sketch(small.bytes as Uint8Array)).toMatchObject({ isCassette: true });
    expect(names).toEqual([]);
    const compared = await work.compare(large, large, true, settings);
    expect(names).toEqual(['compare']);
    expect(compared).toEqual(await makeDriftWork(null).compare(large, large, true, settings));
    const larger = content('a', [long, long]);
    expect(await work.judge(larger)).toEqual(await makeDriftWork(null).judge(larger));
    expect(await work.sketch(larger.bytes as Uint8Array)).toMatchObject({ isCassette: true, isError: false });
    expect(names).toEqual(['compare', 'judge', 'sketch']);
  });
});
