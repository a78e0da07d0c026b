import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { InputName } from '../names.js';
import { readInputs } from './read-inputs.js';

const workspace = mkdtempSync(path.join(tmpdir(), 'inputs-'));
mkdirSync(path.join(workspace, 'checkout'));
writeFileSync(
  path.join(workspace, 'checkout', 'tests.txt'),
  'tests/a.py::one\r\n\n  tests/b.py::two[x, y]  \n',
);
writeFileSync(path.join(workspace, 'empty.txt'), '\n \n');
afterAll(() => rmSync(workspace, { recursive: true }));

const URL_ONLY = { 'registry-url': 'https://fixtures.example.com' };

function read(given: Partial<Record<InputName, string>>) {
  return readInputs((name) => given[name] ?? '', workspace);
}

describe('readInputs', () => {
  it('requires only registry-url', () => {
    expect(read(URL_ONLY)).toEqual({
      inputs: {
        registryUrl: 'https://fixtures.example.com',
        token: '',
        mode: 'auto',
        paths: [],
        tests: [],
        listedTests: [],
        models: [],
        baseline: null,
        directory: workspace,
        comment: 'auto',
        failOn: 'never',
        check: false,
        annotations: true,
        pullRequest: null,
        branch: null,
        watchRepeats: 1,
        timeout: 1_800,
        prune: false,
        pushOn: 'success',
        onRegistryError: 'fail',
        githubToken: '',
        redact: false,
        allowInsecure: false,
        usedFiles: null,
        matrix: { index: 0, total: 1 },
        jobSucceeded: true,
      },
    });
  });

  it('reads one value per line and does not split at commas', () => {
    const tests = 'tests/c.py::three[a,b]\n\n  tests/d.py::*\n';
    const result = read({ ...URL_ONLY, tests, 'working-directory': 'checkout', 'tests-file': 'tests.txt' });
    expect(result).toMatchObject({
      inputs: {
        directory: path.join(workspace, 'checkout'),
        tests: ['tests/c.py::three[a,b]', 'tests/d.py::*', 'tests/a.py::one', 'tests/b.py::two[x, y]'],
        listedTests: ['tests/a.py::one', 'tests/b.py::two[x, y]'],
      },
    });
  });

  it.each([
    ['https://fixtures.example.com/', 'https://fixtures.example.com'],
    ['http://127.0.0.1:4000/sub/', 'http://127.0.0.1:4000/sub'],
  ])('accepts the URL %s', (given, expected) => {
    expect(read({ 'registry-url': given })).toMatchObject({ inputs: { registryUrl: expected } });
  });

  it.each<[string, Partial<Record<InputName, string>>, RegExp]>([
    ['no URL', {}, /`registry-url` is required/],
    [
      'no scheme',
      { 'registry-url': 'fixtures.example.com' },
      /`registry-url` is `fixtures\.example\.com`.*https:\/\//,
    ],
    ['another scheme', { 'registry-url': 'file:///etc/passwd' }, /`registry-url`.*http/],
    ['a query', { 'registry-url': 'https://x.example/?token=abc' }, /without a query/],
    ['mode', { ...URL_ONLY, mode: 'pul' }, /`mode` is `pul`: it must be one of `auto`, `pull`, `push`/],
    ...['0', '11', 'two'].map((text): [string, Partial<Record<InputName, string>>, RegExp] => [
      `watch-repeats ${text}`,
      { ...URL_ONLY, mode: 'watch', 'watch-repeats': text },
      /`watch-repeats` is `.*`: it must be a number from 1 to 10/,
    ]),
    [
      'a pull request in a watch',
      { ...URL_ONLY, mode: 'watch', 'pull-request': '3' },
      /`pull-request` is set with `mode: watch`, which always compares with the default branch/,
    ],
    [
      'a branch in a watch',
      { ...URL_ONLY, mode: 'watch', branch: 'release' },
      /`branch` is set with `mode: watch`/,
    ],
    ['comment', { ...URL_ONLY, comment: 'yes' }, /`comment` is `yes`.*`auto`, `always`, `never`/],
    ['fail-on', { ...URL_ONLY, 'fail-on': 'behavior' }, /`fail-on` is `behavior`.*`behaviour`/],
    ['push-on', { ...URL_ONLY, 'push-on': 'failure' }, /`push-on` is `failure`.*`success`, `always`/],
    [
      'on-registry-error',
      { ...URL_ONLY, 'on-registry-error': 'ignore' },
      /`on-registry-error`.*`fail`, `warn`/,
    ],
    ['check', { ...URL_ONLY, check: 'yes' }, /`check` is `yes`.*`true` or `false`/],
    ['prune', { ...URL_ONLY, prune: 'yes' }, /`prune` is `yes`.*`true`, `false` or `force`/],
    [
      'working-directory',
      { ...URL_ONLY, 'working-directory': 'nowhere' },
      /`working-directory` is `nowhere`/,
    ],
    ['tests-file', { ...URL_ONLY, 'tests-file': 'none.txt' }, /`tests-file` is `none\.txt`.*ENOENT/],
    ['an empty tests-file', { ...URL_ONLY, 'tests-file': 'empty.txt' }, /`tests-file`.*at least one test/],
    ...['0', '-3', '3.5', '#3', 'three', '99999999999', '2147483648'].map(
      (text): [string, Partial<Record<InputName, string>>, RegExp] => [
        `pull-request ${text}`,
        { ...URL_ONLY, 'pull-request': text },
        /`pull-request` is `.*`: it must be the number of a pull request/,
      ],
    ),
    ...['0', '-1', '1.5', 'never', '86401'].map(
      (text): [string, Partial<Record<InputName, string>>, RegExp] => [
        `timeout ${text}`,
        { ...URL_ONLY, timeout: text },
        /`timeout` is `.*`: it must be a number of seconds from 1 to 86400/,
      ],
    ),
    ['matrix-index', { ...URL_ONLY, 'matrix-index': '-1' }, /`matrix-index` is `-1`/],
    ['matrix-total', { ...URL_ONLY, 'matrix-total': '0' }, /`matrix-total` is `0`/],
    [
      'a position outside of the matrix',
      { ...URL_ONLY, 'matrix-index': '3', 'matrix-total': '3' },
      /`matrix-index` is `3`: it must be below `matrix-total`, which is `3`/,
    ],
    [
      'two targets',
      { ...URL_ONLY, 'pull-request': '3', branch: 'release' },
      /Inputs `pull-request` and `branch` are both set/,
    ],
    ['paths', { ...URL_ONLY, paths: './a/*.json' }, /Input `paths`: .*write a\/\*\.json/],
  ])('refuses an invalid value: %s', (_, given, message) => {
    expect(read(given)).toEqual({ problem: expect.stringMatching(message) });
  });

  it('reads the target and the time limit', () => {
    expect(read({ ...URL_ONLY, 'pull-request': '4997', timeout: '60' })).toMatchObject({
      inputs: { pullRequest: 4997, branch: null, timeout: 60 },
    });
    for (const branch of ['release/1', 'refs/heads/release/1'])
      expect(read({ ...URL_ONLY, branch })).toMatchObject({ inputs: { branch: 'release/1' } });
  });

  it('reads the job and the list of used files', () => {
    const given = {
      'used-files': 'used.txt',
      'matrix-index': '2',
      'matrix-total': '3',
      'job-status': 'failure',
    };
    expect(read({ ...URL_ONLY, 'working-directory': 'checkout', ...given })).toMatchObject({
      inputs: {
        usedFiles: path.join(workspace, 'checkout', 'used.txt'),
        matrix: { index: 2, total: 3 },
        jobSucceeded: false,
      },
    });
  });

  it.each<[Partial<Record<InputName, string>>, boolean]>([
    [{ 'job-status': 'success', 'push-on': 'always' }, true],
    [{ 'job-status': 'cancelled' }, false],
    // A runner that does not evaluate the default: the condition of the post step says it.
    [{}, true],
    [{ 'push-on': 'always' }, false],
    [{ mode: 'push' }, false],
  ])('claims no success that nobody proved: %j', (given, jobSucceeded) => {
    expect(read({ ...URL_ONLY, ...given })).toMatchObject({ inputs: { jobSucceeded } });
  });

  it('does not repeat a password of the URL', () => {
    const result = read({ 'registry-url': 'https://me:hunter2@fixtures.example.com' });
    expect(result).toEqual({ problem: expect.stringMatching(/user name or password/) });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('lists all problems at once', () => {
    const result = read({ mode: 'x', prune: 'y' });
    expect('problem' in result && result.problem.split('\n')).toHaveLength(3);
  });
});
