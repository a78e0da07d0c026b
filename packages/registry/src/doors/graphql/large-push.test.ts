import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { checkPush } from '../../store/checks/check-push.js';
import { slicesOf } from '../../vocabulary/slices.js';
import { coerceFileLists, type FileLists, filesIn } from './file-lists.js';

const FILES = Array.from({ length: 60_000 }, (_, index) => ({
  path: `tests/recordings/${index}.json`,
  digest: index.toString(16).padStart(64, '0'),
  size: index,
}));

/** The part of the schema that matters: vitest loads another copy of `graphql` for the whole schema. */
const schema = buildSchema(`
  input FileInput { path: String!, digest: String!, size: Int! }
  input RefInput { branch: String }
  input PushInput { owner: String!, name: String!, ref: RefInput!, add: [FileInput!]! }
  type Push { created: Boolean! }
  type Mutation { push(input: PushInput!): Push! }
  type Query { version: String! }`);

/** Does some work; returns how often other work could run meanwhile. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let next = setImmediate(function count() {
    turns++;
    next = setImmediate(count);
  });
  await work();
  clearImmediate(next);
  return turns;
}

const QUERY = `mutation ($input: PushInput!, $more: [FileInput!]!) {
  push(input: $input) { __typename }
  again: push(input: { owner: "acme", name: "shop", ref: { branch: "main" }, add: $more }) { __typename }
}`;
const INPUT = { owner: 'acme', name: 'shop', ref: { branch: 'main' } };

/** Coerces variables as the plugin does; returns what the executor gets, and the lists apart from it. */
async function coerce(variableValues: Record<string, unknown>) {
  const fileLists: FileLists = new Map();
  const args = { schema, document: parse(QUERY), variableValues, contextValue: { fileLists } };
  await coerceFileLists.onExecute?.({ args } as never);
  return { fileLists, values: args.variableValues as { input: { add: never[] }; more: never[] } };
}

it('gives all items of a list in their order, and the event loop a turn after each slice', async () => {
  const seen: unknown[] = [];
  const turns = await turnsDuring(async () => {
    for await (const slice of slicesOf(FILES.slice(0, 23), { oneStep: 5, size: 5 })) seen.push(...slice);
  });
  expect(seen).toEqual(FILES.slice(0, 23));
  expect(turns).toBeGreaterThanOrEqual(4);
  const none = await turnsDuring(async () => {
    for await (const slice of slicesOf(FILES.slice(0, 5), { oneStep: 5, size: 5 }))
      expect(slice).toHaveLength(5);
  });
  expect(none).toBe(0);
});

it('coerces long lists of files in slices, wherever they are in the variables', async () => {
  const variables = { input: { ...INPUT, add: FILES }, more: FILES.toReversed() };
  let coerced: Awaited<ReturnType<typeof coerce>> | undefined;
  const turns = await turnsDuring(async () => {
    coerced = await coerce(variables);
  });
  expect(turns).toBeGreaterThanOrEqual(20);
  expect(coerced?.values.input).toMatchObject({ ...INPUT, add: [expect.anything()] });
  const lists = { fileLists: coerced?.fileLists ?? new Map() };
  expect(filesIn(coerced?.values.input.add ?? [], lists)).toEqual(FILES);
  expect(filesIn(coerced?.values.more ?? [], lists)).toEqual(FILES.toReversed());
  expect(variables.input.add).toBe(FILES);
});

it('leaves short lists, and a file that only looks like a list, as they are', async () => {
  const add = FILES.slice(0, 3_000);
  const { values, fileLists } = await coerce({ input: { ...INPUT, add }, more: FILES.slice(0, 1) });
  expect(filesIn(values.input.add, { fileLists })).toBe(add);
  expect(filesIn(values.more, { fileLists })).toEqual(FILES.slice(0, 1));
});

it.each([
  [{ ...FILES[0], size: 'large' }, /"input\.add\[59999\]\.size"; Int cannot represent non-integer value/],
  [{ ...FILES[0], mode: 7 }, /"input\.add\[59999\]"; Field "mode" is not defined by type "FileInput"/],
  [null, /"input\.add\[59999\]"; Expected non-nullable type "FileInput!" not to be null/],
])('refuses a long list with %j, and says where', async (wrong, message) => {
  const add = [...FILES.slice(1), wrong];
  await expect(coerce({ input: { ...INPUT, add }, more: [] })).rejects.toThrow(message);
});

it('checks a large push in slices, and finds what is wrong in the last one', async () => {
  const push = { commit: null, baseline: { candidates: [] }, add: FILES, remove: [] };
  const turns = await turnsDuring(async () => {
    expect(await checkPush(push)).toBeNull();
    const add = [...FILES, { path: 'tests/recordings/0.json', digest: 'f'.repeat(64), size: 1 }];
    expect(await checkPush({ ...push, add })).toEqual({
      message: '"tests/recordings/0.json" is named twice with different digests',
      field: 'add',
    });
    expect(await checkPush({ ...push, remove: ['tests/recordings/59999.json'] })).toEqual({
      message: '"tests/recordings/59999.json" is both added and removed',
      field: 'remove',
    });
  });
  expect(turns).toBeGreaterThanOrEqual(30);
});
