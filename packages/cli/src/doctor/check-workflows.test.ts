import { describe, expect, it } from 'vitest';
import { checkWorkflow } from './check-workflows.js';

const REGISTRY = 'https://fixtures.example.com';
const PATH = '.github/workflows/tests.yml';

const check = (head: string, job = '', inputs = `registry-url: ${REGISTRY}`) =>
  checkWorkflow(
    {
      path: PATH,
      text: `on: push\n${head}\njobs:\n  a:\n    runs-on: x\n    ${job}\n    steps:\n      - uses: acme/fixture-registry@v1\n        with:\n          ${inputs}\n`,
      usesAction: true,
      testLine: null,
    },
    REGISTRY,
  ).map(({ status, text }) => `${status} ${text.replace(`${PATH}, job a `, '')}`);

const ALL = '{ id-token: write, contents: read, pull-requests: write }';

describe('checkWorkflow', () => {
  it.each([
    [`permissions: ${ALL}`, '', ['ok has the permissions that it needs']],
    ['', `permissions: ${ALL}`, ['ok has the permissions that it needs']],
    ['permissions: write-all', '', ['ok has the permissions that it needs']],
    ['', '', [expect.stringMatching(/^fail lacks `id-token: write`, which/)]],
    [
      'permissions: { contents: write, pull-requests: write }',
      '',
      [expect.stringMatching(/^fail .*id-token/)],
    ],
    [
      'permissions: read-all',
      '',
      [expect.stringMatching(/^fail .*id-token/), expect.stringMatching(/^warn .*`pull-requests: write`/)],
    ],
    [
      `permissions: ${ALL}`,
      'permissions: { id-token: write }',
      [expect.stringMatching(/^warn .*contents/), expect.stringMatching(/^warn .*pull-requests/)],
    ],
    ['permissions: {}', '', expect.arrayContaining([expect.stringMatching(/^fail .*id-token/)])],
  ])('%s; %s', (head, job, expected) => {
    expect(check(head, job)).toEqual(expected);
  });

  it('needs no identity where the step has a token', () => {
    const inputs = `registry-url: ${REGISTRY}/\n          token: \${{ secrets.T }}`;
    expect(check('', '', inputs)).toEqual(['ok has the permissions that it needs']);
  });

  it.each([
    [
      'registry-url: https://other.example.com',
      [expect.stringMatching(/^warn uses the registry at https:\/\/other/)],
    ],
    [`registry-url: \${{ vars.REGISTRY }}`, ['ok has the permissions that it needs']],
  ])('compares the address: %s', (inputs, expected) => {
    expect(check(`permissions: ${ALL}`, '', inputs)).toEqual(expected);
  });

  it('fails for a file that GitHub cannot read', () => {
    expect(check('a: [')).toEqual([`fail ${PATH} is not valid YAML`]);
  });
});
