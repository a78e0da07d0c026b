import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

interface Row {
  path: string;
  size: number;
  recordedAt: string;
  format: string;
  hashStatus: string;
  model: string | null;
}
interface Page {
  totalCount: number;
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

/** Recordings of various sizes, some of equal size, pushed in three portions; every third is misnamed. */
const PORTIONS = [0, 1, 2].map((portion) =>
  Array.from({ length: 6 }, (_, index): [path: string, text: string] => {
    const number = portion * 6 + index;
    const { path, text } = record({
      test: `tests/a.py::test_${number}`,
      ask: `Question ${String(number).padStart(2, '0')}?`,
      say: 'word '.repeat(1 + ((number * 7) % 5)),
      model: number % 2 === 0 ? 'gpt-4o' : 'llama3',
    });
    const misnamed = `tests/recordings/${String(number).padStart(2, '0').repeat(32)}.json`;
    return [index % 3 === 0 ? misnamed : path, text];
  }).concat([
    // The calls of two of the three cassettes name different models, so the file has none.
    cassetteOf(
      `tests/b.py::test_${portion}`,
      { model: 'llama3', ask: 'Hello', say: 'Hi. '.repeat(1 + portion * 9) },
      { model: portion < 2 ? 'gpt-4o' : 'llama3', ask: 'Bye', say: 'Bye.' },
    ),
  ]),
);

const KEYS = {
  PATH: ({ path }: Row) => path,
  SIZE: ({ size }: Row) => size,
  RECORDED_AT: ({ recordedAt }: Row) => Date.parse(recordedAt),
} as const;

describe.each(['embedded', 'postgres'] as const)('orders of recordings, %s', (database) => {
  let registry: TestRegistry;
  let all: Row[];

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    for (const portion of PORTIONS) {
      const add = Object.fromEntries(portion);
      await pushFiles(registry, { repository: 'acme/orders', ref: { branch: 'main' }, add });
    }
    all = (await page('first: 100')).nodes;
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function page(args: string, filter: object = {}): Promise<Page> {
    const { repository } = await registry.ask<{ repository: { recordings: Page } }>(
      `query ($filter: RecordingFilter) { repository(owner: "acme", name: "orders") {
        recordings(filter: $filter, ${args}) { totalCount nodes { path size recordedAt format hashStatus model }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
      { filter },
    );
    return repository.recordings;
  }

  const sorted = (rows: Row[], order: keyof typeof KEYS, descending: boolean): Row[] => {
    const key = KEYS[order];
    const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
    const ascending = [...rows].sort((a, b) => compare(key(a), key(b)) || compare(a.path, b.path));
    return descending ? ascending.reverse() : ascending;
  };

  it('have equal sizes and times, so that ties are tested', () => {
    expect(all).toHaveLength(21);
    expect(new Set(all.map(KEYS.SIZE)).size).toBeLessThan(15);
    expect(new Set(all.map(KEYS.SIZE)).size).toBeGreaterThan(4);
    expect(new Set(all.map(KEYS.RECORDED_AT)).size).toBeLessThan(10);
    expect(new Set(all.map(KEYS.RECORDED_AT)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(all.map(({ format }) => format))).toEqual(new Set(['ogx', 'vcrpy']));
  });

  const isMixed = ({ format, model }: Row) => format === 'vcrpy' && model === null;
  const FILTERS: [name: string, filter: object, matches: (row: Row) => boolean][] = [
    ['all', {}, () => true],
    ['a model', { model: 'gpt-4o' }, (row) => row.model === 'gpt-4o' || isMixed(row)],
    ['a model in cassettes', { model: 'gpt-4o', format: 'vcrpy' }, isMixed],
    ['a format', { format: 'vcrpy' }, ({ format }) => format === 'vcrpy'],
    ['mismatched ones', { hashStatus: 'MISMATCHED' }, ({ hashStatus }) => hashStatus === 'MISMATCHED'],
    ['unplayable ones', { isPlayable: false }, ({ hashStatus }) => hashStatus === 'MISMATCHED'],
    ['a pattern of paths', { path: '**/recordings/*.json' }, ({ format }) => format === 'ogx'],
  ];
  const ORDERS = (['PATH', 'SIZE', 'RECORDED_AT'] as const).flatMap((order) =>
    [false, true].map((descending) => [order, descending] as const),
  );
  it.each(ORDERS)('by %s, descending: %s, in pages of both directions', async (order, descending) => {
    for (const [name, filter, matches] of FILTERS) {
      const expected = sorted(all.filter(matches), order, descending).map(({ path }) => path);
      expect(expected.length, name).toBeGreaterThanOrEqual(2);
      const by = `orderBy: ${order}, descending: ${descending}`;
      const forward: string[] = [];
      for (let after = ''; forward.length < expected.length; ) {
        const found = await page(`${by}, first: 4${after && `, after: "${after}"`}`, filter);
        forward.push(...found.nodes.map(({ path }) => path));
        expect(found.totalCount, name).toBe(expected.length);
        expect(found.pageInfo.hasNextPage, name).toBe(forward.length < expected.length);
        expect(found.nodes.length, name).toBeGreaterThan(0);
        after = found.pageInfo.endCursor;
      }
      expect(forward, name).toEqual(expected);
      const backward: string[] = [];
      for (let before = ''; backward.length < expected.length; ) {
        const found = await page(`${by}, first: null, last: 5${before && `, before: "${before}"`}`, filter);
        backward.unshift(...found.nodes.map(({ path }) => path));
        expect(found.pageInfo.hasPreviousPage, name).toBe(backward.length < expected.length);
        expect(found.nodes.length, name).toBeGreaterThan(0);
        before = found.pageInfo.startCursor;
      }
      expect(backward, name).toEqual(expected);
    }
  });

  it('refuse a cursor of another order', async () => {
    const { pageInfo } = await page('orderBy: PATH, first: 1');
    for (const order of ['SIZE', 'RECORDED_AT']) {
      const foreign = page(`orderBy: ${order}, first: 1, after: "${pageInfo.endCursor}"`);
      await expect(foreign).rejects.toThrow('the cursor belongs to another `orderBy`');
    }
  });
});
