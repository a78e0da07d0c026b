import { beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { type JobEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import { type Claims, claimsOf } from '../support/oidc-issuer.js';
import type { Job, StepResult } from '../support/runner.js';
import { said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Good morning, how may I help?');
const PULL = { pullRequest: 3 };
/** A token as GitHub signs it. */
const SIGNED = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

let worlds = 0;
useOidcActionWorld();
beforeEach(() => {
  worlds++;
  issuer.audiencesAsked.length = 0;
});

/** A job with `permissions: { id-token: write }` and no `token`: GitHub signs what its event makes of it. */
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

/** Everything that a step leaves where somebody may see it, but for its commands to the runner to mask a text. */
function seen(step: StepResult | null): string {
  const { stdout = '', stderr, outputs, env, state, summary } = step ?? {};
  const shown = stdout.replaceAll(/^::add-mask::.*$/gm, '');
  return JSON.stringify({ shown, stderr, outputs, env, state, summary });
}

describe('a run that GitHub signs for', () => {
  it('pulls, pushes what the tests of a pull request record, and comments, without any secret', async () => {
    await using job = signedJob(onPull());
    expect(await job.main()).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '2' } });
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...REWORDED });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    expect(world.comments(3)).toEqual([expect.stringContaining('### 1 reworded')]);

    const { audit } = await registry.ask<{ audit: { nodes: { who: string; target: string }[] } }>(
      '{ audit(filter: { action: PUSH }, first: 1) { nodes { who target } } }',
    );
    expect(audit.nodes).toEqual([
      { who: `workflow ${world.repository} (pull_request #3)`, target: 'refs/pull/3' },
    ]);
  });

  it('promotes on a push to main what was merged', async () => {
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

  it('asks for a token for the registry-url alone, without its slash, and again for the post step', async () => {
    await using job = signedJob(onPull(), { 'registry-url': `${registry.url}/` });
    expect(await job.main()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([registry.url]);
    // What main was given may have expired when the tests are done, and is kept nowhere.
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([registry.url, registry.url]);
  });

  it('masks the token before anything else could show it, and shows and keeps it nowhere', async () => {
    await using job = signedJob(onPull());
    const main = await job.main();
    record(job, REWORDED);
    const post = await job.post();
    for (const step of [main, post]) {
      const masked = step?.masks.filter((mask) => mask.match(SIGNED)?.[0] === mask);
      expect(masked).toHaveLength(1);
      const [token = ''] = masked ?? [];
      expect(seen(step)).not.toContain(token);
      // Nor any part of it that would do.
      for (const part of token.split('.').slice(1)) expect(seen(step)).not.toContain(part);
      // The first line that holds it is the one that masks it.
      const first = step?.stdout.split('\n').find((line) => line.includes(token));
      expect(first).toBe(`::add-mask::${token}`);
    }
    expect(seen(main) + seen(post)).not.toMatch(SIGNED);
    expect(seen(main) + seen(post)).not.toContain('the-password-of-the-job');
  });

  it('shows the registry the input `token` where there is one, and asks GitHub for none', async () => {
    await using job = signedJob(onPull(), { token: world.token });
    expect(await job.main()).toMatchObject({ exitCode: 0 });
    expect(issuer.audiencesAsked).toEqual([]);
  });
});

describe('a run that the registry does not let in', () => {
  it('without `id-token: write` says what to do where the repository is private', async () => {
    await using job = world.job(onPull(), { token: '' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('id-token: write') }),
    ]);
    expect(onDisk(job, HELLO)).toEqual(Object.fromEntries(Object.keys(HELLO).map((name) => [name, null])));
  });

  it('without `id-token: write` pulls what is public, and says that it cannot push', async () => {
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
  ])('%s hears why', async (_what, make, why) => {
    const { inputs, claims } = make();
    await using job = signedJob(onPull(), inputs, claims);
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations.filter(({ level }) => level !== 'debug')).toEqual([
      { level: 'error', message: expect.stringMatching(why), properties: {} },
    ]);
    expect(seen(main)).not.toMatch(SIGNED);
    // It only pulled nothing; there is nothing to push either.
    expect(await job.post()).toBeNull();
  });

  it('to which GitHub gives no token fails, and says so', async () => {
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
