import { digestOf } from '@fixture-registry/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// The history of a path must say the same as the states themselves, read one after the other.

const PATHS = ['a', 'b', 'c'].map((name) => `tests/recordings/${name}.json`);
const digest = (text: string) => digestOf(Buffer.from(text));

interface Step {
  /** Null pushes to the branch. */
  pullRequest: number | null;
  add: Record<string, string>;
  remove: string[];
}
type State = Record<string, string>;
interface Version {
  path: string;
  kind: string;
  previousDigest: string | null;
  digest: string | null;
  snapshot: { version: number };
}

const step: fc.Arbitrary<Step> = fc
  .record({
    pullRequest: fc.constantFrom(null, null, 7),
    change: fc.dictionary(fc.constantFrom(...PATHS), fc.constantFrom('1', '2', null), {
      minKeys: 1,
      noNullPrototype: true,
    }),
  })
  .map(({ pullRequest, change }) => ({
    pullRequest,
    add: Object.fromEntries(
      Object.entries(change).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
    ),
    remove: Object.keys(change).filter((path) => change[path] === null),
  }));

describe.each(['embedded', 'postgres'] as const)('the history of random pushes, %s', (database) => {
  let registry: TestRegistry;
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function read<Data>(repository: string, selection: string, variables: object): Promise<Data> {
    const known: Record<string, string> = { at: 'At', path: 'String!' };
    const more = Object.keys(variables).map((name) => `, $${name}: ${known[name]}`);
    const types = `$owner: String!, $name: String!${more.join('')}`;
    const answer = await registry.ask<{ repository: Data }>(
      `query (${types}) { repository(owner: $owner, name: $name) { ${selection} } }`,
      { ...ownerAndName(repository), ...variables },
    );
    return answer.repository;
  }

  /** The states of a ref by version, from the first; before it is the state that it lies over. */
  async function statesOf(repository: string, ref: object): Promise<State[]> {
    const listed = await read<{ snapshots: { nodes: { id: string; version: number }[] } }>(
      repository,
      `snapshots${'pullRequest' in ref ? '(pullRequest: 7)' : ''} { nodes { id version } }`,
      {},
    );
    const states: State[] = [{}];
    for (const { id, version } of listed.snapshots.nodes) {
      const { recordings } = await read<{ recordings: { nodes: { path: string; digest: string }[] } }>(
        repository,
        'recordings(at: $at) { nodes { path digest } }',
        { at: { snapshot: id } },
      );
      states[version] = Object.fromEntries(recordings.nodes.map(({ path, digest }) => [path, digest]));
    }
    return states;
  }

  async function historyOf(repository: string, path: string, at: object): Promise<Version[]> {
    const selection =
      'history(path: $path, at: $at) { nodes { path kind previousDigest digest snapshot { version } } }';
    return (await read<{ history: { nodes: Version[] } }>(repository, selection, { at, path })).history.nodes;
  }

  const kindOf = (before: string | null, after: string | null) =>
    before === null ? 'ADDED' : after === null ? 'REMOVED' : 'CHANGED';

  it('lists exactly the differences between consecutive states', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
      const repository = `acme/random-${++repositories}`;
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: { [PATHS[0] ?? '']: '1' } });
      for (const { pullRequest, add, remove } of steps) {
        const ref = pullRequest === null ? { branch: 'main' } : { pullRequest, base: 'main' };
        await pushFiles(registry, { repository, ref, add, remove });
      }
      const main = await statesOf(repository, {});
      const own = await statesOf(repository, { pullRequest: 7 });
      for (const path of PATHS) {
        const expected = main.flatMap((state, version) => {
          const [before, after] = [main[version - 1]?.[path] ?? null, state[path] ?? null];
          return version === 0 || before === after
            ? []
            : [{ path, kind: kindOf(before, after), previousDigest: before, digest: after, version }];
        });
        const found = (await historyOf(repository, path, { branch: 'main' })).map(
          ({ snapshot: { version }, ...rest }) => ({ ...rest, version }),
        );
        expect(found).toEqual(expected.reverse());
        if (own.length === 1) continue;
        // The base of a pull request may move between its versions, so only its states are compared.
        for (const version of await historyOf(repository, path, { pullRequest: 7 })) {
          expect(version.digest).toBe(own[version.snapshot.version]?.[path] ?? null);
          expect(version.kind).toBe(kindOf(version.previousDigest, version.digest));
          expect(version.previousDigest).not.toBe(version.digest);
          expect([null, digest('1'), digest('2')]).toContain(version.previousDigest);
        }
      }
    });
    await fc.assert(property, { numRuns: 6, interruptAfterTimeLimit: 60_000, endOnFailure: true });
  });
});
