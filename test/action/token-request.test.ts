import { beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { type JobEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import { type Claims, claimsOf } from '../support/oidc-issuer.js';
import type { Job, StepResult } from '../support/runner.js';
import { IN_WORDS, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const PULL = { pullRequest: 3 };
/** Matches a signed token. */
const SIGNED = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

let worlds = 0;
useOidcActionWorld();
beforeEach(() => {
  worlds++;
  issuer.audiencesAsked.length = 0;
});

/** A job with `permissions: { id-token: write }` and without `token`; the claims follow from its event. */
function signedJob(event: JobEvent, inputs: Record<string, string> = {}, claims: Claims = {}): Job {
  const signed = claimsOf({
    repository: world.repository,
    repositoryId: 9_000 + worlds,
    event: event.name,
    ref: event.ref,
    baseRef: event.name === 'pull_request' ? 'main' : '',
  });
  const environment = issuer.runnerEnvironment({ ...signed, ...claims });
  return world.job(event, { token: '', ...inputs }, undefined, environment);
}

const onPull = () => pullRequestEvent(world.github.state, world.openPullRequest().number);

/** Everything visible that a step leaves, without its mask commands. */
function seen(step: StepResult | null): string {
  const { stdout = '', stderr, outputs, env, state, summary } = step ?? {};
  const shown = stdout.replaceAll(/^::add-mask::.*$/gm, '');
  return JSON.stringify({ shown, stderr, outputs, env, state, summary });
}

describe('a run with an OIDC token', () => {
  it('pulls, pushes the recordings of a pull request, and comments, without a secret', async () => {
    await using job = signedJob(onPull());
    expect(await job.main()).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '2' } });
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...REWORDED });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    expect(world.comments(3)).toEqual([expect.stringContaining(`### 🟡 ${IN_WORDS.reworded()}`)]);

    const { audit } = await registry.ask<{ audit: { nodes: { who: string; target: string }[] } }>(
      '{ audit(filter: { action: PUSH }, first: 1) { nodes { who target } } }',
    );
    expect(audit.nodes).toEqual([
      { who: `workflow ${world.repository} (pull_request #3)`, target: 'refs/pull/3' },
    ]);
  });

  it('promotes merged pull requests on a push to main', async () => {
    const { state } = world.github;
    const pull = world.openPullRequest();
    {
      await using job = signedJob(pullRequestEvent(state, pull.number));
      await job.main();
      record(job, REWORDED);
      expect(await job.post()).toMatchObject({ exitCode: 0 });
    }
    const before = state.tip('main');
    state.merge(pull.number, 'squash');
    await using job = signedJob(pushEvent(state, 'main', before));
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '' });
    expect(main.stdout).toContain('Promoted pull request #3 to main: 0 added, 1 changed, 0 removed.');
    expect(await world.recordings(MAIN)).toEqual({ ...WEATHER, ...REWORDED });
  });

  it('requests a token for the registry-url, without its trailing slash, in each step', async () => {
    await using job = signedJob(onPull(), { 'registry-url': `${registry.url}/` });
    expect(await job.main()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([registry.url]);
    // The token of main may have expired after the tests, and is not stored.
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([registry.url, registry.url]);
  });

  it('masks the token before anything can print it, and never prints or stores it', async () => {
    await using job = signedJob(onPull());
    const main = await job.main();
    record(job, REWORDED);
    const post = await job.post();
    for (const step of [main, post]) {
      const masked = step?.masks.filter((mask) => mask.match(SIGNED)?.[0] === mask);
      expect(masked).toHaveLength(1);
      const [token = ''] = masked ?? [];
      expect(seen(step)).not.toContain(token);
      // Nor the payload or the signature.
      for (const part of token.split('.').slice(1)) expect(seen(step)).not.toContain(part);
      // The first line that contains it masks it.
      const first = step?.stdout.split('\n').find((line) => line.includes(token));
      expect(first).toBe(`::add-mask::${token}`);
    }
    expect(seen(main) + seen(post)).not.toMatch(SIGNED);
    expect(seen(main) + seen(post)).not.toContain('the-password-of-the-job');
  });

  it('uses the input `token` if it is set, and requests none from GitHub', async () => {
    await using job = signedJob(onPull(), { token: world.token });
    expect(await job.main()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([]);
  });
});

describe('a run that cannot authenticate', () => {
  it('without `id-token: write` fails with a fix when the repository is private', async () => {
    await using job = world.job(onPull(), { token: '' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('id-token: write') }),
    ]);
    expect(onDisk(job, HELLO)).toEqual(Object.fromEntries(Object.keys(HELLO).map((name) => [name, null])));
  });

  it('without `id-token: write` pulls a public repository, and reports that it cannot push', async () => {
    await world.makePublic();
    await using job = world.job(onPull(), { token: '' });
    expect(await job.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    record(job, REWORDED);
    const post = await job.post();
    expect(`${post?.stdout}${post?.summary}`).toContain('id-token: write');
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    expect(await world.version(PULL)).toBe(0);
  });

  it.each<[string, () => { inputs?: Record<string, string>; claims?: Claims }, RegExp]>([
    [
      'whose owner is not allowed',
      () => ({ claims: { repository: 'evil/desk', repository_owner: 'evil' } }),
      /workflows of evil\/desk may not use this registry: FIXTURE_REGISTRY_OIDC_ALLOW names neither/,
    ],
    [
      'that names the registry by another address',
      () => ({ inputs: { 'registry-url': registry.url.replace('127.0.0.1', 'localhost') } }),
      /its audience is not http:\/\/127\.0\.0\.1:\d+; use this address as the action's registry-url/,
    ],
    [
      'whose token expired on the way',
      () => ({ claims: { exp: Math.floor(Date.now() / 1000) - 600 } }),
      /it expired/,
    ],
  ])('%s gets the reason', async (_what, make, why) => {
    const { inputs, claims } = make();
    await using job = signedJob(onPull(), inputs, claims);
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations.filter(({ level }) => level !== 'debug')).toEqual([
      { level: 'error', message: expect.stringMatching(why), properties: {} },
    ]);
    expect(seen(main)).not.toMatch(SIGNED);
    // Main failed, so post does not run.
    expect(await job.post()).toBeNull();
  });

  it('fails when GitHub issues no token', async () => {
    const environment = { ...issuer.runnerEnvironment({}), ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-another-job' };
    await using job = world.job(onPull(), { token: '' }, undefined, environment);
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('OIDC token') }),
    ]);
    expect(issuer.audiencesAsked).toEqual([]);
  });
});
