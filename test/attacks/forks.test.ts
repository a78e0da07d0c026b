import { readdirSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { fork, useForkWorld } from '../support/action-test.js';
import { type Forged, forgedZip } from '../support/fork-world.js';
import { pullRequestEvent, workflowRunEvent } from '../support/github-events.js';
import type { WorkflowRunState } from '../support/github-state.js';
import type { StepResult } from '../support/runner.js';
import { pathOf, type Recorded, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, record, WEATHER } from '../support/runner-world.js';
import { zipByHand } from '../support/zip-by-hand.js';

// The author of a pull request from a fork controls everything in the first workflow: the workflow file, the
// inputs of the action, the artifacts and their names. Each test runs the second workflow with the committed
// bundle, as the runner does.

const NEW = said('test_goodbye', 'Until next time.');
const TEXT = NEW[pathOf(NEW)] ?? '';
const PULL = { pullRequest: 3 };
const MIB = 1024 * 1024;

let run: WorkflowRunState;
useForkWorld();
beforeEach(() => {
  run = fork.world.github.state.addRun(fork.pull);
});

/** Expects that the second workflow changed neither the registry nor a pull request. */
async function expectNothingPushed(...pulls: number[]): Promise<void> {
  for (const pullRequest of [3, ...pulls]) {
    expect(await fork.world.version({ pullRequest })).toBe(0);
    expect(fork.world.comments(pullRequest)).toEqual([]);
  }
  expect(await fork.world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
}

/** Expects that the second workflow pushed nothing of the artifact and failed with this message. */
async function expectRefused(pushed: StepResult, words: string | RegExp): Promise<void> {
  expect(pushed.exitCode).toBe(1);
  // The action must refuse it: when the registry refuses it, it is already on the disk of the runner.
  expect(pushed.annotations[0]?.message).toMatch(
    /^(Nothing was pushed: the artifact|The artifact|Run|GitHub) /,
  );
  expect(pushed.annotations).toEqual([
    { level: 'error', message: expect.stringMatching(words), properties: {} },
  ]);
  await expectNothingPushed();
}

/** Expects that the second workflow skipped the run, printed the reason and succeeded. */
async function expectLeftAlone(words: string | RegExp, ...pulls: number[]): Promise<void> {
  const pushed = await fork.pushRun(run);
  expect(pushed).toMatchObject({ exitCode: 0, annotations: [] });
  expect(pushed.stdout).toMatch(words);
  await expectNothingPushed(...pulls);
  // It did not even request the artifacts.
  expect(fork.artifacts.requests).toEqual([]);
}

describe('a run that claims to come from a fork', () => {
  it('names another pull request in its artifact, and is pushed to the one that GitHub reports', async () => {
    const other = fork.world.openPullRequest();
    const claims = {
      pullRequest: other.number,
      number: other.number,
      branch: 'main',
      commit: 'f'.repeat(40),
    };
    fork.forge(
      run,
      { recordings: NEW, manifest: claims },
      `fixture-registry-recordings-pull-${other.number}`,
    );
    expect((await fork.pushRun(run)).exitCode).toBe(0);
    expect(await fork.world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
    expect(await fork.world.version({ pullRequest: other.number })).toBe(0);
    expect(await fork.world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });

  it('belongs to another repository, and is skipped', async () => {
    run.repository = { id: 43, fullName: 'octo-org/another' };
    fork.forge(run, { recordings: NEW });
    await expectLeftAlone('belongs to octo-org/another, not to');
  });

  it('is unknown to GitHub, and is refused, whatever the event contains', async () => {
    fork.forge(run, { recordings: NEW });
    await expectRefused(await fork.pushRun({ ...run, id: 404 }), /found no workflow run 404/);
  });

  it('tested an outdated commit of its pull request, and is skipped', async () => {
    fork.forge(run, { recordings: NEW });
    fork.world.github.state.moveOn(fork.pull);
    await expectLeftAlone(
      /#3 was updated from [0-9a-f]{40} to [0-9a-f]{40}, whose run pushes its recordings/,
    );
  });

  it('belongs to a closed pull request, and is skipped', async () => {
    fork.forge(run, { recordings: NEW });
    fork.pull.closed = true;
    await expectLeftAlone('pull request #3 has been closed');
  });

  it('belongs to a merged pull request, and is skipped', async () => {
    fork.forge(run, { recordings: NEW });
    fork.world.github.state.merge(3);
    await expectLeftAlone('pull request #3 has been merged');
  });

  it('comes from another repository with the name, branch and commit of the fork, and is skipped', async () => {
    fork.forge(run, { recordings: NEW });
    // For example deleted and created again: GitHub finds pull requests by the names of owner and branch.
    run.headRepository = { id: 78, fullName: fork.pull.headRepository.fullName };
    await expectLeftAlone(
      /no pull request of this repository has the head commit [0-9a-f]{40} of somebody\/fork/,
    );
  });

  it('does not write to a pull request of the base repository that has the same branch name', async () => {
    const { state } = fork.world.github;
    const own = state.openPullRequest({ head: fork.pull.head, branch: fork.pull.branch });
    fork.pull.closed = true;
    fork.forge(run, { recordings: NEW });
    await expectLeftAlone('pull request #3 has been closed', own.number);
  });

  it('comes from a branch of the base repository, not from a fork, and is skipped', async () => {
    const own = fork.world.openPullRequest();
    run = fork.world.github.state.addRun(own);
    fork.forge(run, { recordings: NEW });
    await expectLeftAlone('belongs to a branch of this repository', own.number);
  });

  it.each(['push', 'pull_request_target', 'workflow_dispatch', 'schedule'])(
    'was started by the event %s, and is skipped',
    async (event) => {
      run.event = event;
      fork.forge(run, { recordings: NEW });
      await expectLeftAlone(`was triggered by \`${event}\``);
    },
  );

  it('has not completed and can still fail, and is skipped', async () => {
    Object.assign(run, { status: 'in_progress', conclusion: null });
    fork.forge(run, { recordings: NEW });
    await expectLeftAlone('has not completed');
  });

  it('has a head that two pull requests share, and is skipped, because GitHub does not report which it tested', async () => {
    const { state } = fork.world.github;
    state.commitTo('release');
    const { number } = state.openPullRequest({
      head: fork.pull.head,
      branch: fork.pull.branch,
      base: 'release',
      fork: true,
    });
    fork.forge(run, { recordings: NEW });
    await expectLeftAlone(`the pull requests #3 and #${number} have the same head`, number);
  });
});

describe('the content of an artifact', () => {
  /** A harmless recording under a path that the attacker chooses. */
  const under = (place: string): Forged => ({ recordings: { [place]: TEXT } });
  const digest = digestOf(Buffer.from(TEXT));
  const content = `contents/${digest}`;

  it.each([
    ['leaves the folder', '../../recordings/x.json', 'contains the segment ..'],
    ['is absolute', '/etc/recordings/x.json', 'is absolute'],
    ['names the .git folder', '.git/recordings/x.json', 'names the .git folder'],
    ['names the .git folder in another case', 'a/.GIT/recordings/x.json', 'names the .git folder'],
    ['names a workflow', '.github/workflows/recordings/x.json', 'lies in .github/workflows'],
    ['starts with a drive letter', 'c:/recordings/x.json', 'drive letter'],
    ['has backslashes', 'a\\recordings\\x.json', 'backslash'],
    ['names the .fixtures folder', '.fixtures/recordings/state.json', 'names .fixtures'],
    ['has a line feed', 'recordings/a\n::add-mask::x.json', 'control character'],
  ])('a manifest with a path that %s is refused', async (_, place, reason) => {
    fork.forge(run, under(place));
    await expectRefused(await fork.pushRun(run, { paths: '**' }), reason);
  });

  it.each<[string, Forged, string]>([
    [
      'a path that leaves the folder',
      { entries: [{ name: '../../escaped.json', bytes: 'x' }] },
      'invalid relative path',
    ],
    ['an absolute path', { entries: [{ name: '/tmp/escaped.json', bytes: 'x' }] }, 'absolute path'],
    [
      'an unexpected file',
      { entries: [{ name: 'recordings/x.json', bytes: 'x' }] },
      'neither the manifest nor a content',
    ],
    ['a folder', { entries: [{ name: 'contents/', bytes: '', isFolder: true }] }, 'is a folder'],
    ['a nested artifact', { entries: [{ name: 'inner.zip', bytes: zipByHand([]) }] }, 'neither the manifest'],
    [
      'a symbolic link',
      { entries: [{ name: content, bytes: '/etc/passwd', mode: 0o120777 }], recordings: NEW },
      'is not a regular file',
    ],
    [
      'a device',
      { entries: [{ name: content, bytes: '', mode: 0o060644 }], recordings: NEW },
      'is not a regular file',
    ],
    [
      'an encrypted entry',
      { entries: [{ name: content, bytes: TEXT, encrypted: true }], recordings: NEW },
      'encrypted',
    ],
    [
      'the same content twice',
      {
        entries: [
          { name: content, bytes: TEXT },
          { name: content, bytes: 'other' },
        ],
        recordings: NEW,
      },
      'twice',
    ],
    [
      'a content that the manifest does not list',
      { recordings: NEW, entries: [{ name: `contents/${'0'.repeat(64)}`, bytes: 'x' }] },
      'does not list',
    ],
  ])('a zip with %s is refused', async (_, forged, reason) => {
    fork.forge(run, forged);
    await expectRefused(await fork.pushRun(run), reason);
  });

  it.each<[string, Forged, string]>([
    [
      'with a digest that does not match its bytes',
      { recordings: NEW, entries: [{ name: content, bytes: TEXT.replace('Until', 'Never') }] },
      'contains other bytes',
    ],
    [
      'with a size that does not match its bytes',
      {
        manifest: { recordings: [{ path: pathOf(NEW), digest, size: 1 }] },
        entries: [{ name: content, bytes: TEXT }],
      },
      'contains other bytes',
    ],
    [
      'without a content',
      { manifest: { recordings: [{ path: pathOf(NEW), digest, size: 1 }] } },
      'lacks the content',
    ],
    [
      'that is listed twice',
      {
        recordings: NEW,
        manifest: { recordings: [1, 2].map(() => ({ path: pathOf(NEW), digest, size: TEXT.length })) },
      },
      'twice',
    ],
    [
      'whose path differs from another only in case',
      { recordings: { 'recordings/x.json': TEXT, 'Recordings/X.json': 'other' } },
      'not every file system can hold both',
    ],
    [
      'whose path is the folder of another',
      { recordings: { 'recordings/x.json': TEXT, 'recordings/x.json/y.json': 'other' } },
      'not every file system can hold both',
    ],
  ])('a recording %s is refused', async (_, forged, reason) => {
    fork.forge(run, forged);
    await expectRefused(await fork.pushRun(run, { paths: '**' }), reason);
  });

  it.each<[string, string | Record<string, unknown>, string]>([
    ['that is not JSON', '{', 'is not JSON'],
    ['that is nested a million levels deep', '['.repeat(1_000_000), 'nested too deep'],
    ['of another format', { format: 'fixture-registry-recordings-v2' }, 'is not of the format'],
    [
      'with a path that is not a string',
      { recordings: [{ path: { toString: 1 }, digest, size: 1 }] },
      'without a path',
    ],
    [
      'with a negative size',
      { recordings: [{ path: 'recordings/x.json', digest, size: -1 }] },
      'without a path',
    ],
    [
      'that removes a path that is not a string',
      { removed: [7] },
      'lists a removed path that is not a string',
    ],
    ['that removes a path outside the folder', { removed: ['../recordings/x.json'] }, 'contains the segment'],
    [
      'that lists more recordings than the maximum',
      { removed: Array.from({ length: 20_001 }, String) },
      'more than 20000',
    ],
    ['that is too large', ' '.repeat(8 * MIB + 1), 'unpacks to more than'],
  ])('a manifest %s is refused', async (_, manifest, reason) => {
    fork.forge(run, { manifest });
    await expectRefused(await fork.pushRun(run), reason);
  });

  it('a zip bomb that declares its size is refused before it is unpacked', async () => {
    fork.forge(run, { entries: [{ name: content, bytes: Buffer.alloc(33 * MIB) }] });
    await expectRefused(await fork.pushRun(run), /unpacks to more than 33554432 bytes/);
  });

  it('a zip bomb that declares a small size is refused once it unpacks to more', async () => {
    fork.forge(run, {
      recordings: NEW,
      entries: [{ name: content, bytes: Buffer.alloc(64 * MIB), claimedSize: 10 }],
    });
    await expectRefused(await fork.pushRun(run), /cannot be unpacked: too many bytes/);
  });

  it('many small zip bombs, each below the limit, are refused because of their total size', async () => {
    const bomb = Buffer.alloc(31 * MIB);
    const entries = Array.from({ length: 18 }, (_, index) => ({
      name: `contents/${String(index).padStart(64, '0')}`,
      bytes: bomb,
    }));
    fork.forge(run, { entries });
    await expectRefused(await fork.pushRun(run), /unpacks to more than 536870912 bytes/);
  });

  it('a zip with too many entries is refused', async () => {
    fork.forge(run, { recordings: NEW, claimedEntries: 60_000 });
    await expectRefused(await fork.pushRun(run), /has 60000 entries/);
  });

  it.each([
    ['not a zip file', Buffer.from('PK? no.')],
    ['half of a zip file', forgedZip({ recordings: NEW }).subarray(0, 200)],
    ['an empty zip file', zipByHand([])],
    [
      'a zip file whose directory is at the wrong offset',
      Buffer.concat([Buffer.from('before'), forgedZip({ recordings: NEW })]),
    ],
  ])('an artifact that is %s is refused', async (_, zip) => {
    fork.artifacts.store(run.id, 'fixture-registry-recordings-x', zip);
    await expectRefused(await fork.pushRun(run), /is (not a|a damaged) zip file|has no manifest/);
  });

  it('one malicious artifact among valid ones makes the second workflow refuse the whole run', async () => {
    fork.forge(run, { recordings: NEW }, 'fixture-registry-recordings-a');
    fork.forge(run, under('../recordings/x.json'), 'fixture-registry-recordings-b');
    await expectRefused(await fork.pushRun(run), /contains the segment/);
  });

  it('two artifacts with paths that differ only in case are both refused', async () => {
    fork.forge(run, under('recordings/x.json'), 'fixture-registry-recordings-a');
    fork.forge(run, under('recordings/X.json'), 'fixture-registry-recordings-b');
    await expectRefused(await fork.pushRun(run), /not every file system can hold both/);
  });

  it('files that do not match the paths of the second workflow are skipped with a warning', async () => {
    const outside = { 'src/recordings.py': 'import os', 'package.json': '{}' };
    fork.forge(run, { recordings: { ...NEW, ...outside } });
    const pushed = await fork.pushRun(run);
    expect(pushed.exitCode).toBe(0);
    expect(pushed.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('does not match: "src/recordings.py", "package.json".'),
      }),
    ]);
    expect(await fork.world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
  });

  it.each<[string, Forged]>([
    ['a refused', under('../../recordings/x.json')],
    ['a valid', { recordings: NEW }],
  ])('%s artifact leaves no file on the runner or in the workspace', async (_, forged) => {
    fork.forge(run, forged);
    const { world } = fork;
    await using job = world.job(workflowRunEvent(world.github.state, run), { mode: 'push' });
    const temporary = path.dirname(job.workspace);
    const before = readdirSync(temporary);
    await job.main();
    const steps = readdirSync(temporary).filter((name) => !name.startsWith('step-'));
    expect(steps).toEqual(before);
    expect(readdirSync(job.workspace)).toEqual([]);
  });
});

describe('the download of an artifact', () => {
  it("does not send GitHub's token to the target of the redirect", async () => {
    fork.forge(run, { recordings: NEW });
    expect((await fork.pushRun(run)).exitCode).toBe(0);
    const downloads = fork.artifacts.requests.filter(({ path }) => path.startsWith('/download/'));
    expect(downloads).toEqual([{ method: 'GET', path: expect.any(String), authorization: null }]);
  });

  it('is aborted when it exceeds the size limit of a run', async () => {
    fork.forge(run, { recordings: NEW });
    let sent = 0;
    fork.artifacts.onDownload = (response) => {
      const chunk = Buffer.alloc(8 * MIB);
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return response.once('drain', more);
        }
        return undefined;
      };
      more();
    };
    await expectRefused(
      await fork.pushRun(run),
      /cannot be downloaded: it is larger than the remaining 268435456 bytes/,
    );
    expect(sent).toBeLessThan(320 * MIB);
  });

  it('does not start if the artifacts declare more bytes than the limit of a run', async () => {
    fork.artifacts.store(run.id, 'fixture-registry-recordings-a', forgedZip({ recordings: NEW }), 300 * MIB);
    await expectRefused(await fork.pushRun(run), /at most 256 with 268435456 bytes are accepted/);
    expect(fork.artifacts.requests).toEqual([]);
  });

  it('does not start if a run has too many artifacts', async () => {
    const zip = forgedZip({ recordings: NEW });
    for (let index = 0; index < 257; index++)
      fork.artifacts.store(run.id, `fixture-registry-recordings-${index}`, zip);
    await expectRefused(await fork.pushRun(run), /has 257 artifacts/);
    expect(fork.artifacts.requests).toEqual([]);
  });

  it('does not follow a second redirect', async () => {
    fork.forge(run, { recordings: NEW });
    fork.artifacts.onDownload = (response) => {
      response.writeHead(302, { location: `${fork.artifacts.url}/elsewhere` }).end();
    };
    await expectRefused(await fork.pushRun(run), /cannot be downloaded: status 302/);
    expect(fork.artifacts.requests.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'not an address'])(
    'fails for the URL %j, which is not requested',
    async (address) => {
      fork.forge(run, { recordings: NEW }).address = address;
      await expectRefused(await fork.pushRun(run), /no valid download URL for the artifact/);
    },
  );
});

describe('text of a fork in logs', () => {
  it('the step masks tokens before it prints anything else, even if its inputs are invalid', async () => {
    const pushed = await fork.pushRun(run, { token: 'fr_secret', mode: 'sideways' });
    expect(pushed.exitCode).toBe(1);
    const [first, second, third] = pushed.stdout.split('\n');
    expect([first, second]).toEqual(['::add-mask::fr_secret', `::add-mask::${fork.world.github.token}`]);
    expect(third).toMatch(/^::error::Input `mode` is `sideways`/);
  });

  /** The lines that the runner would run as commands, except the commands that the action prints itself. */
  const commands = (stdout: string) =>
    stdout.split('\n').filter((line) => /^\s*::(?!debug|notice|warning|error|add-mask)|##\[/.test(line));

  it('the name of an artifact cannot inject a runner command', async () => {
    const name = 'fixture-registry-recordings-\r\n::set-env name=PATH::/tmp/evil\n##[add-path]/tmp';
    fork.artifacts.store(run.id, name, Buffer.from('no zip'));
    const pushed = await fork.pushRun(run);
    expect(pushed.exitCode).toBe(1);
    expect(commands(pushed.stdout)).toEqual([]);
    expect(pushed.env).toEqual({});
  });

  it('the conclusion of a run cannot inject a runner command or Markdown', async () => {
    run.conclusion = '\n::add-path::/tmp/evil\n[click](https://evil.example)<img src=x>';
    const pushed = await fork.pushRun(run);
    expect(pushed.stdout).toContain('ended with');
    expect(commands(pushed.stdout)).toEqual([]);
    expect(pushed.summary).not.toMatch(/\]\(|<img|\n::/);
  });

  it('the file name and the test ID of a recording cannot inject a runner command', async () => {
    const { world } = fork;
    const evil = said('x\n::set-output name=snapshot::evil\r::stop-commands::x##[set-env]', 'Hello');
    const recordings: Recorded = { 'recordings/##[add-path]x.json': Object.values(evil)[0] ?? '' };
    fork.forge(run, { recordings });
    const pushed = await fork.pushRun(run);
    expect(pushed.exitCode).toBe(0);
    expect(commands(pushed.stdout)).toEqual([]);
    expect(pushed.stdout).not.toContain('\r');
    expect(pushed.outputs['snapshot']).toBeUndefined();
    expect(await world.version(PULL)).toBe(1);
  });

  it('the names of files in the job of a fork cannot inject a runner command', async () => {
    const { world } = fork;
    await using job = world.job(
      pullRequestEvent(world.github.state, 3),
      { token: '', paths: '**' },
      undefined,
      fork.artifacts.environment(run.id),
    );
    await job.main();
    record(job, { '::add-path::\u001b[31mevil': 'x', 'recordings/##[set-env]\u001b.json': '{}', ...NEW });
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    expect(commands(post?.stdout ?? '')).toEqual([]);
    expect(post?.stdout).not.toContain('\u001b');
    const refused = post?.annotations.filter(({ message }) => message.includes('control character'));
    expect(refused?.map(({ properties }) => properties['file']).sort()).toEqual([
      '\\::add-path::␛[31mevil',
      'recordings/##\\[set-env]␛.json',
    ]);
  });
});
