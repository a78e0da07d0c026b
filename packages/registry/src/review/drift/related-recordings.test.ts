import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Difference, Drift, DriftSide } from '../differences/drift.js';
import { computeDrift } from './compute-drift.js';

interface Call {
  test?: string | null;
  model?: string;
  prompt?: string;
  say?: string;
  /** HTTP status of an error. */
  fails?: number;
  extra?: object;
  path?: string;
  generation?: number;
}

/** Recordings of one set, with their contents by digest. */
class Recordings {
  readonly contents = new Map<string, Uint8Array>();
  loaded = 0;

  readonly side = (call: Call): DriftSide => {
    const { test = 't.py::test_one', model = 'm', prompt = 'Name a planet', say = 'Earth', extra } = call;
    const body = { model, messages: [{ role: 'user', content: prompt }], ...extra };
    const endpoint = '/v1/chat/completions';
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: say } }];
    const response =
      call.fails === undefined
        ? { body: { object: 'chat.completion', model, choices } }
        : {
            body: null,
            is_exception: true,
            exception_message: `Error code: ${call.fails}`,
            exception_data: { type: 'BadRequestError', status_code: call.fails, message: say },
          };
    const request = { method: 'POST', url: `http://x${endpoint}`, headers: {}, body, endpoint, model };
    const bytes = Buffer.from(JSON.stringify({ test_id: test ?? undefined, request, response }));
    const [digest, hash] = [sha256(bytes), sha256(JSON.stringify([test, body]))];
    this.contents.set(digest, bytes);
    return {
      ...{
        path: call.path ?? `r/${hash}.json`,
        digest,
        size: bytes.length,
        testId: test,
        model,
        endpoint,
        hash,
      },
      ...{ hashStatus: 'VERIFIED', playable: 'YES', generation: call.generation ?? 1 },
    };
  };

  drift(difference: Partial<Difference>, unchanged: DriftSide[] = []): Promise<Drift> {
    return computeDrift(
      {
        ...{ removed: [], added: [], changed: [], unchanged: unchanged.length },
        loadUnchanged: async (tests) =>
          unchanged.filter(({ testId }) => testId !== null && tests.includes(testId)),
        loadModels: async () => unchanged.map(({ model }) => model ?? ''),
        ...difference,
      },
      async (digests) => {
        this.loaded += digests.length;
        return new Map(digests.map((digest) => [digest, this.contents.get(digest) ?? new Uint8Array()]));
      },
    );
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

const changeAt = (drift: Drift, side: DriftSide) => drift.changes.find(({ path }) => path === side.path);

describe('a new recording of a test with old ones that nobody removed', () => {
  it('has the verdict of the comparison with the newest one, and counts', async () => {
    const { side, drift } = bound();
    const olds = Array.from({ length: 20 }, (_, seed) =>
      side({ extra: { seed }, say: `Planet number ${seed}`, generation: seed + 1 }),
    );
    const added = side({ extra: { seed: 99 }, fails: 400, say: 'max_tokens is too large' });
    const report = await drift({ added: [added] }, olds);
    expect(changeAt(report, added)).toMatchObject({
      kind: 'ADDED',
      level: 'BEHAVIOUR',
      replaces: { path: olds[19]?.path },
      failure: { kind: 'ERROR', status: 400 },
      failedBefore: false,
      leftoverBeside: null,
    });
    expect(report.summary).toMatchObject({ added: 1, behaviour: 1, errors: 1, unchanged: 20 });
    expect(report.level).toBe('BEHAVIOUR');
  });
});

describe('a copy of an old recording in another folder', () => {
  it('has no level, unless it is an error', async () => {
    const { side, drift } = bound();
    for (const call of [{}, { fails: 400 }]) {
      const [old, added] = [side({ ...call, path: 'a/h.json' }), side({ ...call, path: 'b/h.json' })];
      const report = await drift({ added: [added] }, [old]);
      const level = 'fails' in call ? 'BEHAVIOUR' : null;
      expect(report.changes).toMatchObject([{ kind: 'ADDED', level, replaces: { path: 'a/h.json' } }]);
    }
  });
});

describe('a renamed model', () => {
  const TESTS = ['planets', 'rivers', 'towns'];
  const RENAME = { from: 'gpt-oss', to: 'gpt-oss-1:0' };
  const calls = (model: string, more: Call = {}) =>
    TESTS.map((name) => ({
      test: `t.py::test_${name}[p/${model}-x]`,
      model,
      prompt: `Name ${name}`,
      ...more,
    }));

  it('pairs removed and added recordings of its tests, with one request change and the answer', async () => {
    const { side, drift } = bound();
    const removed = [...calls(RENAME.from), { test: 't.py::test_gone[p/gpt-oss]', model: RENAME.from }].map(
      side,
    );
    const added = calls(RENAME.to, { say: '<reasoning>Easy.</reasoning>Earth' }).map(side);
    const { changes, summary } = await drift({ removed, added });
    expect(summary).toMatchObject({ rekeyed: 3, removed: 1, added: 0 });
    const pairs = changes.filter(({ kind }) => kind === 'REKEYED');
    for (const change of pairs) {
      expect(change.renamedModel).toEqual(RENAME);
      expect(change.level).toBe('CONTENT');
      expect(JSON.stringify(change.texts)).toContain('<reasoning>');
    }
    expect(new Set(pairs.map(({ requestChange }) => requestChange?.key)).size).toBe(1);
    expect(pairs[0]?.requestChange?.words).toEqual(['`model` `gpt-oss` → `gpt-oss-1:0`']);
  });

  it('pairs added recordings with unchanged ones under the earlier name', async () => {
    const { side, drift } = bound();
    const added = calls(RENAME.to).map(side);
    const report = await drift({ added }, calls(RENAME.from).map(side));
    expect(
      report.changes.map(({ kind, renamedModel, replaces }) => [kind, renamedModel, replaces?.model]),
    ).toEqual(TESTS.map(() => ['ADDED', RENAME, RENAME.from]));
  });

  it.each<[string, Call[]]>([
    ['a model with another name', calls('other')],
    [
      'a model that the change records too',
      [...calls(RENAME.to), { test: 't.py::test_more', model: RENAME.from }],
    ],
  ])('pairs nothing for %s', async (_, added) => {
    const { side, drift } = bound();
    const report = await drift({ added: added.map(side) }, calls(RENAME.from).map(side));
    expect(report.changes.map(({ replaces }) => replaces)).toEqual(added.map(() => null));
  });
});

describe('a failed attempt', () => {
  const failed: Call = { fails: 400, extra: { max_tokens: 9_000 } };
  const good: Call = { extra: { max_tokens: 900 } };

  it('is a leftover beside a good new recording of nearly the same request', async () => {
    const { side, drift } = bound();
    const added = [side(failed), side(good), side({ ...good, prompt: 'Something else entirely' })];
    const report = await drift({ added });
    expect(report.changes.map(({ path, leftoverBeside }) => [path, leftoverBeside])).toEqual(
      expect.arrayContaining([
        [added[0]?.path, added[1]?.path],
        [added[1]?.path, null],
        [added[2]?.path, null],
      ]),
    );
  });

  it.each<[string, Call, Call]>([
    ['of another test', failed, { ...good, test: 't.py::test_two' }],
    ['of another model', failed, { ...good, model: 'n' }],
    ['of another request', failed, { ...good, prompt: 'Something else entirely' }],
    ['that failed too', failed, { ...good, fails: 400 }],
    ['without a test', { ...failed, test: null }, { ...good, test: null }],
  ])('is no leftover beside a recording %s', async (_, first, second) => {
    const { side, drift } = bound();
    const report = await drift({ added: [side(first), side(second)] });
    expect(report.changes.map(({ leftoverBeside }) => leftoverBeside)).toEqual([null, null]);
  });

  it('is no leftover beside an unchanged recording, which it probably replaces', async () => {
    const { side, drift } = bound();
    const [added, old] = [side(failed), side(good)];
    const report = await drift({ added: [added] }, [old]);
    expect(changeAt(report, added)).toMatchObject({ leftoverBeside: null, replaces: { path: old.path } });
  });

  it('is no leftover when the recording that it replaces failed in the same way', async () => {
    const { side, drift } = bound();
    const [removed, added] = [side({ ...failed, extra: { max_tokens: 8_000 } }), side(failed)];
    const fresh = {
      before: side({ ...good, path: 'g.json' }),
      after: side({ ...good, path: 'g.json', say: 'Mars' }),
    };
    const report = await drift({ removed: [removed], added: [added], changed: [fresh] });
    expect(changeAt(report, added)).toMatchObject({
      kind: 'REKEYED',
      failedBefore: true,
      leftoverBeside: null,
    });
    const alone = await drift({ added: [added], changed: [fresh] });
    expect(changeAt(alone, added)).toMatchObject({ failedBefore: false, leftoverBeside: 'g.json' });
  });
});

describe('a recording that another test overwrites', () => {
  const FIRST = 't.py::test_first';
  const SECOND = 't.py::test_second';
  const overwritten = (side: (call: Call) => DriftSide) => ({
    before: side({ test: FIRST, path: 'r/shared.json' }),
    after: side({ test: SECOND, path: 'r/shared.json', say: 'Mars' }),
  });
  const sharedWith = async (
    make: (side: (call: Call) => DriftSide) => [Partial<Difference>, DriftSide[]?],
  ) => {
    const { side, drift } = bound();
    const [difference, unchanged] = make(side);
    const pair = overwritten(side);
    const report = await drift({ ...difference, changed: [pair, ...(difference.changed ?? [])] }, unchanged);
    return changeAt(report, pair.after)?.sharedWith;
  };

  it.each<[string, (side: (call: Call) => DriftSide) => [Partial<Difference>, DriftSide[]?], string[]]>([
    ['the only recording of that test', () => [{}], [FIRST]],
    ['one of several', (side) => [{}, [side({ test: FIRST, prompt: 'b' })]], [FIRST]],
    [
      'one of several, of which others were removed',
      (side) => [{ removed: [side({ test: FIRST, prompt: 'c' })] }, [side({ test: FIRST, prompt: 'b' })]],
      [FIRST],
    ],
    [
      'a recording of a test that no longer exists',
      (side) => [{ removed: [side({ test: FIRST, prompt: 'b' })] }],
      [],
    ],
    [
      'a recording of a renamed test, of which old ones remain',
      (side) => [
        { removed: [side({ test: FIRST, prompt: 'b' })], added: [side({ test: SECOND, prompt: 'b' })] },
        [side({ test: FIRST, prompt: 'c' })],
      ],
      [],
    ],
    [
      'a recording that a third test recorded earlier',
      () => [
        {
          loadEarlierTests: async (paths) =>
            new Map(paths.map((path) => [path, [FIRST, SECOND, 't.py::third']])),
        },
      ],
      [FIRST, 't.py::third'],
    ],
  ])('names the other tests: %s', async (_, make, expected) => {
    expect(await sharedWith(make)).toEqual(expected);
  });

  it('claims nothing when a test id was added or removed', async () => {
    const { side, drift } = bound();
    const changed = [
      { before: side({ test: null, path: 'a.json' }), after: side({ path: 'a.json' }) },
      { before: side({ path: 'b.json' }), after: side({ test: null, path: 'b.json' }) },
      { before: side({ path: 'c.json' }), after: side({ path: 'c.json', say: 'Mars' }) },
    ];
    const report = await drift({ changed });
    expect(report.changes.map((change) => change.sharedWith)).toEqual([[], [], []]);
  });
});

const call = fc.record<Call>({
  test: fc.constantFrom('t.py::test_a[p/m]', 't.py::test_a[p/m-1:0]', 't.py::test_b', null),
  model: fc.constantFrom('m', 'm-1:0'),
  prompt: fc.constantFrom('Name a planet', 'Name a planet and its largest moon', 'Count to ten'),
  say: fc.constantFrom('Earth', 'Mars', ''),
  fails: fc.constantFrom(undefined, undefined, 400),
  extra: fc.constantFrom({}, { seed: 1 }, { temperature: 0 }),
  generation: fc.integer({ min: 1, max: 3 }),
});

describe('the changes of any difference', () => {
  it('have each path once, agree with the counts, and are equal for any order of the input', async () => {
    const calls = fc.array(call, { maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(
        calls,
        calls,
        calls,
        fc.array(fc.tuple(call, call), { maxLength: 3 }),
        async (...given) => {
          const { side, drift } = bound();
          const make = (prefix: string, list: Call[]) =>
            list.map((one, index) => side({ ...one, path: `${prefix}/${index}.json` }));
          const [removed, added, kept] = [
            make('removed', given[0]),
            make('added', given[1]),
            make('kept', given[2]),
          ];
          const changed = given[3].map(([a, b], index) => ({
            before: side({ ...a, path: `changed/${index}.json` }),
            after: side({ ...b, path: `changed/${index}.json` }),
          }));
          const report = await drift({ removed, added, changed }, kept);
          const paths = report.changes.flatMap(({ kind, before, after }) =>
            kind === 'CHANGED'
              ? [after?.path]
              : [before?.path, after?.path].filter((path) => path !== undefined),
          );
          const expected = [...removed, ...added, ...changed.map(({ after }) => after)].map(
            ({ path }) => path,
          );
          expect(paths.sort()).toEqual(expected.sort());

          const { changes, summary } = report;
          const count = (isCounted: (change: (typeof changes)[number]) => boolean) =>
            changes.filter(isCounted).length;
          for (const kind of ['ADDED', 'REMOVED', 'CHANGED', 'REKEYED', 'MOVED'] as const)
            expect(summary[kind.toLowerCase() as 'added']).toBe(count((change) => change.kind === kind));
          for (const level of ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'] as const)
            expect(summary[level.toLowerCase() as 'content']).toBe(count((change) => change.level === level));
          expect(summary.unplayable).toBe(count(({ unplayable }) => unplayable));
          for (const { kind, replaces, after, level, failure, leftoverBeside, path } of changes) {
            const isCopy = failure === null && replaces?.digest === after?.digest;
            if (replaces !== null)
              expect([kind, level]).toEqual(['ADDED', isCopy ? null : expect.any(String)]);
            expect(leftoverBeside).not.toBe(path);
          }
          const turned = {
            removed: removed.toReversed(),
            added: added.toReversed(),
            changed: changed.toReversed(),
          };
          expect(await drift(turned, kept.toReversed())).toEqual(report);
        },
      ),
    );
  });
});

function bound() {
  const recordings = new Recordings();
  return { side: recordings.side, drift: recordings.drift.bind(recordings) };
}
