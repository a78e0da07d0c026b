import { describe, expect, it } from 'vitest';
import { type Fault, StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import type { Finished } from '../support/process.js';

/*
 * Untrusted text in the log of a workflow. The `fixtures` command runs as a process, as in CI, and the tests
 * parse its output as GitHub's runner and a terminal do.
 */

const EVIL = [
  'first',
  '::set-output name=a::b',
  '  ::add-mask::e',
  '\u00a0\u200b::stop-commands::x',
  '::x::',
  '##[set-env name=PATH]/tmp',
  'then ##[error]x',
  '##vso[task.setvariable variable=a]b',
  '\r::warning::w',
  '\u001b[2J\u001b]0;title\u0007\u009b31m',
  '\u2028::error::e\u0085::error::e',
  '\u202eexe.gnp',
].join('\n');

// biome-ignore lint/suspicious/noControlCharactersInRegex: the tests look for control characters
const OBEYED_BY_TERMINALS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g;

/**
 * The lines that the runner would run as commands (actions/runner, ActionCommand.cs), and the characters that
 * a terminal would interpret.
 */
function obeyed(output: string): string[] {
  const lines = output.split(/\r\n|[\r\n\u0085\u2028\u2029]/).filter((line) => {
    const seen = line.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
    return seen.trimStart().startsWith('::') || /##\w*\[/.test(seen);
  });
  return [...lines, ...(output.match(OBEYED_BY_TERMINALS) ?? [])];
}

function fixtures(registry: StandInRegistry, folder: Folder, words: string[]): Promise<Finished> {
  const at = {
    registry: { url: registry.connection.registry, adminToken: 'secret-token' },
    repository: 'acme/tests',
  };
  return runFixtures(at, folder, words);
}

function expectHarmless({ stdout, stderr }: Finished): void {
  expect(obeyed(stdout)).toEqual([]);
  expect(obeyed(stderr)).toEqual([]);
}

const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  (_, response) => {
    response.writeHead(status, headers).end(JSON.stringify(body));
    return true;
  };

it('the check in these tests detects the commands that the runner would run', () => {
  expect(obeyed(EVIL).length).toBeGreaterThan(12);
  expect(obeyed('tests/a.py::test_b\n## [title](x)\n')).toEqual([]);
});

describe('an error of the registry cannot inject workflow commands', () => {
  it.each([
    ['in an HTTP error', answering(400, { error: { message: EVIL } })],
    [
      'in a GraphQL error',
      answering(200, { errors: [{ message: EVIL, extensions: { code: 'FORBIDDEN' } }] }),
    ],
    ['in a GraphQL error without a code', answering(200, { errors: [{ message: EVIL }] })],
    [
      'in a typed result',
      answering(200, { data: { repository: { pullPlan: { __typename: 'InvalidInput', message: EVIL } } } }),
    ],
    [
      'in a result of an unknown type',
      answering(200, { data: { repository: { pullPlan: { __typename: EVIL, message: EVIL } } } }),
    ],
    [
      'in the request ID',
      answering(400, { error: { message: 'no' } }, { 'x-request-id': '##[error]x ::error::y' }),
    ],
    ['in the target of a redirect', answering(302, {}, { location: '::set-output name=a::b##[error]x' })],
  ])('%s', async (_, fault) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.fault = fault;
    for (const words of [
      ['pull', '--branch', 'main'],
      ['pull', '--branch', 'main', '--json'],
    ]) {
      const ended = await fixtures(registry, folder, words);
      expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/^fixtures: /) });
      expectHarmless(ended);
      // No line of the registry may look like a line of the command.
      expect(
        ended.stderr
          .trimEnd()
          .split('\n')
          .slice(1)
          .every((line) => line.startsWith('  ')),
      ).toBe(true);
    }
  });
});

it('the message before a retry cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder();
  registry.hold('main', {});
  registry.fault = (asked, response) =>
    registry.asked.length === 1 &&
    answering(503, { error: { message: EVIL } }, { 'retry-after': '0' })(asked, response);
  const ended = await fixtures(registry, folder, ['pull', '--branch', 'main']);
  expect(ended).toMatchObject({ status: 0, stderr: expect.stringMatching(/trying again/) });
  expectHarmless(ended);
});

it('the snapshot, baseline and purged recordings in a plan cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder();
  registry.hold('main', {});
  registry.editPlan = (plan) => {
    const snapshot = plan['snapshot'] as object;
    plan['snapshot'] = { ...snapshot, branch: EVIL, commit: '::a::' };
    plan['baseline'] = { ...snapshot, id: 'other', branch: `\n${EVIL}` };
    plan['baselineReason'] = EVIL;
    const digest = 'a'.repeat(64);
    plan['purged'] = [{ path: 'recordings/##[error]x.json', digest, at: EVIL, by: EVIL, reason: EVIL }];
  };
  const ended = await fixtures(registry, folder, ['pull', '--commit', 'a'.repeat(40)]);
  expect(ended.status).toBe(0);
  expectHarmless(ended);
});

describe('a drift report cannot inject workflow commands', () => {
  const report = {
    ...{ summary: { added: 1, removed: 0, changed: 0, rekeyed: 0, moved: 0, unchanged: 0 } },
    ...{ unaccepted: 1, unacceptedLevel: null, text: EVIL, markdown: EVIL, url: EVIL, baselineReason: EVIL },
  };
  const page = {
    changes: { nodes: [{ path: EVIL, summary: EVIL }], pageInfo: { hasNextPage: false, endCursor: null } },
  };
  it.each(['text', 'markdown', 'json'])('as %s', async (format) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    const drifts: unknown[] = [report, page];
    registry.fault = (asked, response) =>
      answering(200, { data: { repository: { drift: drifts.shift() } } })(asked, response);
    const ended = await fixtures(registry, folder, ['drift', '--pull-request', '5', '--format', format]);
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('first');
    expectHarmless(ended);
    if (format === 'json') {
      // Escaped, and still equal to what the registry sent.
      expect(JSON.parse(ended.stdout)).toMatchObject({
        text: EVIL,
        changes: [{ path: EVIL, summary: EVIL }],
      });
      expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

it('the text of `fixtures explain` cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder();
  const explain = {
    hash: null,
    hashStatus: 'UNKNOWN',
    computedHashes: [],
    found: [],
    nearest: [],
    known: true,
    text: EVIL,
  };
  registry.fault = answering(200, { data: { repository: { explain } } });
  const ended = await fixtures(registry, folder, ['explain', 'abcdef012345']);
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('first') });
  expectHarmless(ended);
});

it('the names of files in the checkout cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder({
    'recordings/##[error]x.json': '{}',
    'recordings/\u001b[31m.json': '{}',
    'recordings/\n::error::x/recordings/a.json': '{}',
    '::error::x/recordings/a.json': '{}',
  });
  registry.hold('main', {});
  for (const words of [
    ['status', '--branch', 'main'],
    ['push', '--branch', 'main'],
  ]) {
    const ended = await fixtures(registry, folder, words);
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('error') });
    expectHarmless(ended);
  }
});

it('the problems in the result of a push cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder({ 'recordings/a.json': '{}' });
  const snapshot = {
    id: 'a',
    version: 1,
    branch: EVIL,
    pullRequest: null,
    commit: null,
    createdAt: '',
    recordingCount: 1,
  };
  const rest = { created: true, added: 1, changed: 0, removed: 0, baseline: null, baselineReason: EVIL };
  const problems = [{ path: '::error::p', problem: EVIL }];
  registry.fault = answering(200, { data: { push: { __typename: 'Push', snapshot, ...rest, problems } } });
  const ended = await fixtures(registry, folder, ['push', '--branch', 'main']);
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('error') });
  expectHarmless(ended);
});

it('an unexpected failure cannot inject workflow commands', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder({ 'recordings/a.json': '{}' });
  // A result without a snapshot, which no registry sends, so the command does not check for it.
  registry.fault = answering(200, { data: { push: { __typename: 'Push', problems: EVIL } } });
  const ended = await fixtures(registry, folder, ['push', '--branch', 'main']);
  expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/^fixtures: /) });
  expectHarmless(ended);
});
