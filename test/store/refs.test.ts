import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  type Files,
  type PullQuestion,
  type Push,
  planOf,
  pullFiles,
  pushFiles,
} from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const A = 'tests/recordings/a.json';
const B = 'tests/recordings/b.json';
const C = 'tests/recordings/c.json';

/** A commit id derived from a label. */
const sha = (word: string) => createHash('sha1').update(word).digest('hex');

describe.each(['embedded', 'postgres'] as const)('branches and pull requests, %s', (database) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  beforeEach(() => {
    repository = `acme/refs-${++repositories}`;
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const push = (ref: Push['ref'], add: Files, more: Partial<Push> = {}) =>
    pushFiles(registry, { repository, ref, add, ...more });
  const pull = (question: PullQuestion) => pullFiles(registry, repository, question);
  const main = { branch: 'main' };
  const pr = (pullRequest: number, base = 'main') => ({ pullRequest, base });

  it('hides the recordings of a pull request from branches and other pull requests', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    await push(pr(1), { [A]: 'a of 1', [C]: 'c of 1' });
    await push(pr(2), { [A]: 'a of 2' }, { remove: [B] });
    expect(await pull({ ref: pr(1) })).toEqual({ [A]: 'a of 1', [B]: 'b', [C]: 'c of 1' });
    expect(await pull({ ref: pr(2) })).toEqual({ [A]: 'a of 2' });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b' });
  });

  it('adds and replaces only the paths that a push names', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    const second = await push(main, { [B]: 'b2', [C]: 'c' });
    expect(second).toMatchObject({ added: 1, changed: 1, removed: 0, unchanged: 0, created: true });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2', [C]: 'c' });
    expect(second.snapshot).toMatchObject({ version: 2, recordingCount: 3 });
  });

  it('makes one snapshot of a repeated push, and records the commit of a push without changes', async () => {
    await push(main, { [A]: 'a' }, { commit: sha('first') });
    const again = await push(main, { [A]: 'a' }, { commit: sha('second') });
    expect(again).toMatchObject({ created: false, unchanged: 1, snapshot: { version: 1 } });
    await push(main, {}, { commit: sha('third') });
    await push(main, { [A]: 'a2' }, { commit: sha('fourth') });
    for (const word of ['first', 'second', 'third']) {
      expect(await pull({ at: { commit: sha(word) } }), word).toEqual({ [A]: 'a' });
    }
    expect(await pull({ at: { commit: sha('fourth') } })).toEqual({ [A]: 'a2' });
    const unknown = await planOf(registry, repository, { at: { commit: sha('fifth') } });
    expect(unknown).toMatchObject({
      __typename: 'NotFound',
      message: expect.stringContaining(sha('fifth')),
    });
  });

  it('never changes a snapshot, whatever is pushed later', async () => {
    const states = [{ [A]: '1' }, { [A]: '2', [B]: '2' }, { [B]: '3' }, { [A]: '1' }];
    const ids: string[] = [];
    const expected: Record<string, string>[] = [];
    for (const [index, state] of states.entries()) {
      const remove = [A, B].filter((path) => !(path in state));
      const { snapshot } = await push(main, state, { remove, commit: sha(`state ${index}`) });
      ids.push(snapshot.id);
      expected.push(state as Record<string, string>);
    }
    for (const [index, id] of ids.entries()) {
      expect(await pull({ at: { snapshot: id } })).toEqual(expected[index]);
      expect(await pull({ at: { commit: sha(`state ${index}`) } })).toEqual(expected[index]);
    }
  });

  it('layers a pull request over its base; a rebase moves the base', async () => {
    await push(main, { [A]: 'a', [B]: 'b' }, { commit: sha('main 1') });
    await push(pr(7), { [A]: 'a of 7' }, { candidates: [sha('main 1')] });
    await push(main, { [B]: 'b2', [C]: 'c' }, { commit: sha('main 2') });

    // Until the rebase, the base stays where it was.
    expect(await pull({ ref: pr(7) })).toEqual({ [A]: 'a of 7', [B]: 'b' });
    const rebased = { ref: pr(7), candidates: [sha('main 2'), sha('main 1')] };
    expect(await pull(rebased)).toEqual({ [A]: 'a of 7', [B]: 'b2', [C]: 'c' });

    const pushed = await push(pr(7), {}, { candidates: [sha('main 2')] });
    expect(pushed).toMatchObject({ created: true, baseline: { version: 2 } });
    expect(await pull({ ref: pr(7) })).toEqual({ [A]: 'a of 7', [B]: 'b2', [C]: 'c' });
    expect(await pull({ at: { pullRequest: 7 } })).toEqual({ [A]: 'a of 7', [B]: 'b2', [C]: 'c' });
  });

  it('hides paths of the base that the pull request removed, also after a rebase', async () => {
    await push(main, { [A]: 'a', [B]: 'b' }, { commit: sha('before') });
    const removal = await push(pr(3), {}, { remove: [B], candidates: [sha('before')] });
    expect(removal).toMatchObject({ removed: 1, snapshot: { recordingCount: 1 } });
    await push(main, { [B]: 'b2' }, { commit: sha('after') });
    expect(await pull({ ref: pr(3), candidates: [sha('after')] })).toEqual({ [A]: 'a' });
    await push(pr(3), { [B]: 'b again' });
    expect(await pull({ ref: pr(3) })).toEqual({ [A]: 'a', [B]: 'b again' });
  });

  it('drops a change that the pull request reverted', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    await push(pr(4), { [A]: 'changed' }, { remove: [B] });
    const back = await push(pr(4), { [A]: 'a', [B]: 'b' });
    expect(back).toMatchObject({ added: 1, changed: 1, created: true });
    await push(main, { [A]: 'a of main' });
    const promoted = await promote(4);
    expect(promoted).toMatchObject({ added: 0, changed: 0, removed: 0 });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a of main', [B]: 'b' });
  });

  it('promotes once, and then only what was pushed later', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    await push(pr(5), { [A]: 'a5', [C]: 'c5' }, { remove: [B] });
    const first = await promote(5, sha('merge of 5'));
    expect(first).toMatchObject({
      promoted: true,
      added: 1,
      changed: 1,
      removed: 1,
      snapshot: { version: 2 },
    });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a5', [C]: 'c5' });
    expect(await pull({ at: { commit: sha('merge of 5') } })).toEqual({ [A]: 'a5', [C]: 'c5' });

    const again = await promote(5, sha('merge of 5'));
    expect(again).toMatchObject({ promoted: false, added: 0, snapshot: { version: 2 } });
    await push(pr(5), { [C]: 'c5, late' });
    expect(await promote(5)).toMatchObject({ promoted: true, changed: 1, snapshot: { version: 3 } });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a5', [C]: 'c5, late' });
  });

  it('keeps the change of the pull request merged last when two change one path', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    await push(pr(8), { [A]: 'a8', [B]: 'b8' });
    await push(pr(9), { [A]: 'a9' });
    await promote(9);
    await promote(8);
    expect(await pull({ ref: main })).toEqual({ [A]: 'a8', [B]: 'b8' });
    // A retry of the first merge does not restore its version.
    await promote(9);
    expect(await pull({ ref: main })).toEqual({ [A]: 'a8', [B]: 'b8' });
  });

  it('promotes only the late changes of a push after the merge', async () => {
    await push(main, { [A]: 'a', [B]: 'b' });
    await push(pr(5), { [A]: 'a5', [B]: 'b5' });
    await promote(5);
    await push(pr(6), { [A]: 'a6' });
    await promote(6);
    await push(pr(5), { [B]: 'b', [C]: 'c5' });
    expect(await promote(5)).toMatchObject({ promoted: true, added: 1, changed: 1, removed: 0 });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a6', [B]: 'b', [C]: 'c5' });
  });

  it('reports why a promotion without recordings did nothing', async () => {
    await push(main, { [A]: 'a' });
    expect(await promote(99, sha('merge of 99'))).toMatchObject({
      promoted: false,
      reason: expect.stringContaining('#99 pushed no recordings'),
      snapshot: { version: 1 },
    });
    expect(await pull({ at: { commit: sha('merge of 99') } })).toEqual({ [A]: 'a' });
  });

  it('chooses the baseline in order: explicit, nearest candidate, head of the base, default branch', async () => {
    const first = await push(main, { [A]: '1' }, { commit: sha('c1') });
    await push(main, { [A]: '2' }, { commit: sha('c2') });
    await push(main, { [A]: '3' }, { commit: sha('c3') });
    const cases: [PullQuestion, string, RegExp][] = [
      [{ ref: pr(1), candidates: [sha('c2'), sha('c1')] }, '2', /the merge base/],
      [{ ref: pr(1), candidates: [sha('?'), sha('c1')] }, '1', /1 before the merge base/],
      [{ ref: pr(1), candidates: [sha('?')] }, '3', /newest of main: none of the named commits/],
      [{ ref: pr(1) }, '3', /newest of main: no commits were named/],
      [{ ref: pr(1), candidates: [sha('c2')], baseline: sha('c1') }, '1', /was requested/],
      [{ ref: pr(1), baseline: first.snapshot.id }, '1', /version 1 of main was requested/],
      [{ ref: pr(1, 'release'), candidates: [sha('c2')] }, '2', /release has no recordings/],
      [{ ref: main, candidates: [sha('c2')] }, '2', /merge base/],
      [{ ref: main, candidates: [sha('?')] }, '3', /newest of main/],
    ];
    for (const [question, text, reason] of cases) {
      const plan = await planOf(registry, repository, question);
      expect(plan.baselineReason, JSON.stringify(question)).toMatch(reason);
      expect(await pull(question)).toEqual({ [A]: text });
    }
    const unknown = await planOf(registry, repository, { ref: pr(1), baseline: sha('never seen') });
    expect(unknown.__typename).toBe('NotFound');
  });

  it('layers a new branch over the default branch, and a pull request over that branch', async () => {
    await push(main, { [A]: 'a', [B]: 'b' }, { commit: sha('fork') });
    await push(main, { [B]: 'b2' });
    await push({ branch: 'release' }, { [A]: 'a of release' }, { candidates: [sha('fork')] });
    expect(await pull({ ref: { branch: 'release' } })).toEqual({ [A]: 'a of release', [B]: 'b' });
    await push(pr(6, 'release'), { [C]: 'c' });
    expect(await pull({ ref: pr(6, 'release') })).toEqual({ [A]: 'a of release', [B]: 'b', [C]: 'c' });
    await promote(6);
    expect(await pull({ ref: { branch: 'release' } })).toEqual({ [A]: 'a of release', [B]: 'b', [C]: 'c' });
    expect(await pull({ ref: main })).toEqual({ [A]: 'a', [B]: 'b2' });
  });

  it('takes the default branch from the first push', async () => {
    await push({ branch: 'trunk' }, { [A]: 'a' }, { defaultBranch: 'trunk' });
    await push({ branch: 'other' }, { [B]: 'b' }, { defaultBranch: 'other' });
    expect(await pull({})).toEqual({ [A]: 'a' });
    expect(await pull({ ref: { branch: 'other' } })).toEqual({ [A]: 'a', [B]: 'b' });
  });

  async function promote(pullRequest: number, commit?: string) {
    const [owner, name] = repository.split('/');
    const input = { owner, name, pullRequest, ...(commit ? { commit } : {}) };
    const answer = await registry.ask<{ promote: Record<string, unknown> }>(PROMOTE, { input });
    return answer.promote;
  }
});

const PROMOTE = `mutation ($input: PromoteInput!) {
  promote(input: $input) {
    ... on Problem { message }
    ... on Promotion { promoted reason added changed removed snapshot { version } }
  }
}`;
