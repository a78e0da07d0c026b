import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { type Claims, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';
import { watchRuns } from '../support/watch-runs.js';
import { EVERYTHING, recording, workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

// A scheduled run of the default branch watches it. Mallory can push branches and open pull requests, and owns
// another repository that may use the registry.

const PATH = 'tests/recordings/a.json';
const GOOD = { [PATH]: recording('good') };
const BAD = { [PATH]: recording('recorded by Mallory') };

let issuer: OidcIssuer;
let registry: TestRegistry;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  registry = await startRegistry({ environment: workflowEnvironment(issuer) });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

let numbers = 0;
async function makeRuns() {
  const runs = workflowRuns(issuer, registry, ++numbers);
  await runs.push(runs.onBranch('main'), { branch: 'main' }, GOOD);
  const evil = await runs.push(runs.onBranch('evil'), { branch: 'evil' }, BAD, { settings: EVERYTHING });
  return { ...runs, ...watchRuns(runs, { issuer, registry }), evil: evil.snapshot?.id ?? '' };
}

const forbidden = (words: string) => ({ __typename: 'Forbidden', message: expect.stringContaining(words) });

it('only a scheduled or dispatched run of the default branch pushes a watch, and only its own', async () => {
  const { watch, report, run, onBranch, onPull, scheduled, mutate, repository } = await makeRuns();
  const own = { run_id: '17' };
  const named = 'of the default branch may, or a token';
  const ofFile = (branch: string) => `${repository}/.github/workflows/tests.yml@refs/heads/${branch}`;
  const refused: [Claims, string][] = [
    [onPull(7, 'main', own), named],
    [onBranch('main', own), named],
    [onBranch('evil', own), named],
    [run('workflow_dispatch', 'refs/heads/evil', own), named],
    [run('workflow_dispatch', 'refs/heads/main', { ...own, workflow_ref: ofFile('evil') }), named],
    [run('workflow_run', 'refs/heads/main', own), named],
    [run('pull_request_target', 'refs/heads/main', own), 'a pull_request_target may not write'],
    [scheduled('18'), 'it may only push its own watch, not that of run 17'],
    [scheduled('17', { run_attempt: '2' }), 'this is attempt 2 of run 17'],
  ];
  for (const [claims, words] of refused) {
    expect(await watch('17', BAD, {}, claims), JSON.stringify(claims)).toEqual(forbidden(words));
    const name = { run: '17', commit: 'd'.repeat(40) };
    if (claims['run_attempt'] !== '2')
      expect(await mutate(claims, 'nameWatchCommit', name)).toEqual(forbidden(words));
  }
  expect(await report()).toBeNull();
  expect(await auditOf(registry, repository, { action: 'WATCH', outcome: 'REFUSED' })).not.toEqual([]);
  expect(await watch('17', BAD, {}, run('workflow_dispatch', 'refs/heads/main', own))).toMatchObject({
    __typename: 'WatchPushed',
  });
});

it('a watch changes neither the default branch, nor what judges it, and it is no baseline', async () => {
  const { watch, report, files, push, onBranch, onPull, read, evil } = await makeRuns();
  const pushed = await watch('17', BAD);
  expect(await files({ branch: 'main' })).toEqual(GOOD);
  // The base is a state of the default branch, whose settings allow no secret.
  expect(await watch('17', BAD, { base: evil })).toMatchObject({
    ...{ __typename: 'InvalidInput', message: expect.stringContaining('is not a state of branch main') },
  });
  expect((await report())?.['level']).toBe('CONTENT');
  const key = { [PATH]: recording(openaiKey(numbers)) };
  await push(onBranch('evil'), { branch: 'evil' }, key);
  expect(await watch('18', key)).toMatchObject({
    __typename: expect.stringMatching(/SecretsFound|ContentMissing/),
  });
  // Nothing starts from a watch.
  const { id = '' } = (pushed as { snapshot?: { id: string } }).snapshot ?? {};
  expect(await push(onPull(7, 'main'), { pullRequest: 7, base: 'main' }, {}, { baseline: id })).toMatchObject(
    {
      __typename: 'InvalidInput',
    },
  );
  expect(await read('defaultBranch snapshot(at: { branch: "17/1/1-of-1" }) { id }')).toEqual({
    ...{ defaultBranch: 'main', snapshot: null },
  });
});

it('a watch is accepted only by who may push to the pull request, and only in its own repository', async () => {
  const { watch, mutate, onPull, onBranch, run, files, repository } = await makeRuns();
  await watch('17', BAD);
  const accept = (claims: Claims, pullRequest = 7) =>
    mutate(claims, 'acceptWatch', { pullRequest, run: '17' });
  expect(await accept(onPull(8, 'main'))).toEqual(forbidden('not to pull request #7'));
  expect(await accept(onBranch('main'))).toEqual(forbidden('not to pull request #7'));
  expect(await accept(run('workflow_dispatch', 'refs/heads/evil'))).toEqual(
    forbidden('not to pull request #7'),
  );
  expect(await files({ pullRequest: 7, base: 'main' })).toEqual(GOOD);
  // The number of a run means a watch of the same repository only.
  const other = await makeRuns();
  expect(
    await other.mutate(other.onPull(7, 'main'), 'acceptWatch', { pullRequest: 7, run: '17' }),
  ).toMatchObject({
    __typename: 'NotFound',
  });
  const [owner, name] = repository.split('/');
  expect(
    await other.mutate(other.onPull(7, 'main'), 'acceptWatch', { owner, name, pullRequest: 7, run: '17' }),
  ).toMatchObject({ __typename: expect.stringMatching(/NotFound|Forbidden/) });
  expect(await other.files({ pullRequest: 7, base: 'main' })).toEqual(GOOD);

  // A merged pull request gets nothing more.
  await mutate(onBranch('main'), 'promote', { pullRequest: 7, branch: 'main' });
  expect(await accept(onPull(7, 'main'))).toMatchObject({ __typename: 'WatchAccepted' });
  await mutate(onBranch('main'), 'promote', { pullRequest: 7, branch: 'main' });
  expect(await files({ branch: 'main' })).toEqual(BAD);
  await watch('19', GOOD, {});
  const late = await mutate(onPull(7, 'main'), 'acceptWatch', { pullRequest: 7, run: '19' });
  expect(late).toEqual(forbidden('pull request #7 was merged'));
});
