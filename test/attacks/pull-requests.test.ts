import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  askToPush,
  type Plan,
  planOf,
  pullFiles,
  pushFiles,
  type RefArgument,
} from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Two pull requests of one repository whose authors do not trust each other. Every request uses an admin
// token: what is refused here is refused for every caller.

const REPOSITORY = 'acme/desk';
const MAIN: RefArgument = { branch: 'main' };
const SEVEN: RefArgument = { pullRequest: 7, base: 'main' };
const EIGHT: RefArgument = { pullRequest: 8, base: 'main' };
const OF_MAIN = { 'tests/recordings/main.json': '"of main"' };
const OF_EIGHT = { 'tests/recordings/eight.json': '"only in 8"' };
const commit = (word: string) => createHash('sha1').update(word).digest('hex');

describe.each(['embedded', 'postgres'] as const)('two open pull requests, %s', (database) => {
  let registry: TestRegistry;
  /** The snapshot IDs of the branch and of a pull request. */
  const ids = { main: '', eight: '' };
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const push = async (ref: RefArgument, add: Record<string, string>, word: string) =>
      (await pushFiles(registry, { repository: REPOSITORY, ref, add, commit: commit(word) })).snapshot.id;
    ids.main = await push(MAIN, OF_MAIN, 'main');
    ids.eight = await push(EIGHT, OF_EIGHT, 'head of 8');
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const plain = (id: string) => Buffer.from(id, 'base64url').toString().replace(/^\w+:/, '');
  const idOf = (key: string) => Buffer.from(`Snapshot:${key}`).toString('base64url');
  const layersOf = (id: string) => plain(id).split(':')[1]?.split(',') ?? [];
  const filesAt = (ref: RefArgument) => pullFiles(registry, REPOSITORY, { ref });
  const stands = async (ref: RefArgument): Promise<Plan['baseline']> =>
    (await planOf(registry, REPOSITORY, { ref })).baseline;

  const whatNames = () => [
    ['version 1', ids.eight],
    [`commit ${commit('head of 8')}`, commit('head of 8')],
  ];

  it('a push with a snapshot or a commit of the other as its baseline is refused, and its baseline stays', async () => {
    await pushFiles(registry, { repository: REPOSITORY, ref: SEVEN, add: { 'a.json': '1' } });
    for (const [what, baseline] of whatNames()) {
      const answer = await askToPush(registry, {
        repository: REPOSITORY,
        ref: SEVEN,
        baseline: `${baseline}`,
      });
      expect(answer).toEqual({
        __typename: 'InvalidInput',
        message: `a baseline is a state of a branch, and ${what} is of pull request #8; leave the baseline out to let the registry choose`,
      });
    }
    expect((await stands(SEVEN))?.id).toBe(ids.main);
    expect(await filesAt(SEVEN)).toEqual({ ...OF_MAIN, 'a.json': '1' });
  });

  it('a first push with a snapshot or a commit of another as its baseline is refused and stores nothing', async () => {
    const ref = { pullRequest: 9, base: 'main' };
    for (const [, baseline] of whatNames()) {
      const add = { 'b.json': '2' };
      await expect(
        pushFiles(registry, { repository: REPOSITORY, ref, add, baseline: `${baseline}` }),
      ).rejects.toThrow('is of pull request #8');
    }
    expect(await filesAt(ref)).toEqual(OF_MAIN);
  });

  it('a pull with a snapshot or a commit of the other as its baseline is refused', async () => {
    for (const ref of [SEVEN, { pullRequest: 10, base: 'main' }]) {
      for (const [, baseline] of whatNames()) {
        const plan = await planOf(registry, REPOSITORY, { ref, baseline: `${baseline}` });
        expect(plan).toEqual({
          __typename: 'NotFound',
          message: expect.stringContaining('is of pull request #8'),
        });
      }
    }
  });

  it('a branch cannot use the state of an unmerged pull request as its baseline', async () => {
    const topic = { branch: 'topic' };
    for (const [, baseline] of whatNames()) {
      for (const ref of [MAIN, topic]) {
        const plan = await planOf(registry, REPOSITORY, { ref, baseline: `${baseline}` });
        expect(plan.__typename).toBe('NotFound');
      }
      const push = { repository: REPOSITORY, baseline: `${baseline}` };
      expect(await askToPush(registry, { ...push, ref: topic })).toMatchObject({
        __typename: 'InvalidInput',
      });
      // The default branch has no baseline, even if a push names one.
      expect(await askToPush(registry, { ...push, ref: MAIN })).toMatchObject({
        __typename: 'Push',
        baseline: null,
      });
    }
    expect(await filesAt(MAIN)).toEqual(OF_MAIN);
    expect(await filesAt({ branch: 'topic' })).toEqual(OF_MAIN);
  });

  it('a pull request cannot use its own state as its baseline, which would hide its changes', async () => {
    const answer = await askToPush(registry, { repository: REPOSITORY, ref: EIGHT, baseline: ids.eight });
    expect(answer).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('is of pull request #8'),
    });
    expect((await stands(EIGHT))?.id).toBe(ids.main);
  });

  it('the head commit of the other among the candidates is ignored, because it is not a commit of the base', async () => {
    const candidates = [commit('head of 8'), commit('main')];
    const plan = await planOf(registry, REPOSITORY, { ref: SEVEN, candidates });
    expect(plan.baseline?.id).toBe(ids.main);
    expect(plan.files.map(({ path }) => path)).not.toContain('tests/recordings/eight.json');
  });

  it('a snapshot ID that combines layers of both, or of a branch over a pull request, does not exist', async () => {
    await pushFiles(registry, { repository: REPOSITORY, ref: SEVEN, add: { 'a.json': '1' } });
    const own = layersOf((await planOf(registry, REPOSITORY, { ref: SEVEN })).snapshot.id);
    const [eight, main] = [layersOf(ids.eight), layersOf(ids.main)];
    const number = plain(ids.main).split(':')[0];
    const known = async (...layers: (string | undefined)[]) => {
      const at = { snapshot: idOf(`${number}:${layers.join(',')}`) };
      return (await planOf(registry, REPOSITORY, { at })).__typename;
    };
    expect(await known(...own)).toBe('PullPlan');
    for (const layers of [
      [own[0], ...eight],
      [own[0], eight[0]],
      [...own, eight[0]],
      [own[0], ...eight, ...main],
      [...main, eight[0]],
      [...eight, ...main],
    ]) {
      expect(await known(...layers), layers.join()).toBe('NotFound');
    }
  });

  it('promoted recordings belong to the branch, and its snapshot can be a baseline', async () => {
    await registry.ask(
      'mutation { promote(input: { owner: "acme", name: "desk", pullRequest: 8, branch: "main" }) { __typename } }',
    );
    const { snapshot } = await planOf(registry, REPOSITORY, { ref: MAIN });
    const plan = await planOf(registry, REPOSITORY, { ref: SEVEN, baseline: snapshot.id });
    expect(plan.files.map(({ path }) => path)).toContain('tests/recordings/eight.json');
    // The snapshot of the pull request is still not a baseline.
    expect(await planOf(registry, REPOSITORY, { ref: SEVEN, baseline: ids.eight })).toMatchObject({
      __typename: 'NotFound',
    });
  });
});
