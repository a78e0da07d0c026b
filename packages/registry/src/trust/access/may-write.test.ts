import { describe, expect, it } from 'vitest';
import type { Identity, Scope, WriteRule } from '../identity/identity.js';
import {
  baseProofOf,
  defaultBranchAuthority,
  defaultBranchEvent,
  pushesFromFork,
  refusedWrite,
  type Write,
  withProvenBase,
} from './may-write.js';

const REPOSITORY = { id: 5 };

const identity = (writes: WriteRule | undefined, scope: Scope = 'write', repositoryId = 5): Identity => ({
  who: 'somebody',
  actor: null,
  run: null,
  grants: [{ repositoryId, scope, ...(writes && { writes }) }],
});

const branch = (name: string): Write => ({
  kind: 'push',
  ref: { kind: 'BRANCH', name, base: null },
  existing: null,
});
const pull = (
  number: number,
  { base = null as string | null, existing = null as { fromFork: boolean; base?: string } | null } = {},
): Write => ({ kind: 'push', ref: { kind: 'PULL_REQUEST', name: String(number), base }, existing });
const promotion = (to: string, base: string | null = to, toDefault = false): Write => ({
  ...{ kind: 'promotion', branch: to, pullRequest: 7, base, toDefault },
});
const acceptance = (pullRequest: number, fromFork = false): Write => ({
  kind: 'acceptance',
  pullRequest,
  fromFork,
});
const closing = (pullRequest: number, base: string | null): Write => ({ kind: 'closing', pullRequest, base });
const upload: Write = { kind: 'upload' };
const watch: Write = { kind: 'watch' };

const ofBranch: WriteRule = { kind: 'branch', branch: 'main', commit: 'f'.repeat(40) };
const dispatched: WriteRule = { ...ofBranch, forPullRequests: 'workflow_dispatch' };
const ofSeven: WriteRule = { kind: 'pull-request', number: 7, base: 'main' };
const ofForks: WriteRule = { kind: 'fork-pull-requests' };
const refs = (pattern: string): WriteRule => ({ kind: 'refs', pattern });
const own = { fromFork: false };
const forked = { fromFork: true };

/** Every write that a rule allows, then those that it refuses. */
const TABLE: [name: string, rule: WriteRule, allowed: Write[], refused: Write[]][] = [
  [
    'a dispatched run on main',
    dispatched,
    [
      ...[branch('main'), promotion('main'), upload, watch],
      ...[closing(7, 'main'), closing(7, 'topic'), closing(8, null)],
      ...[pull(7), pull(8), pull(7, { base: 'main' }), pull(7, { existing: { ...forked, base: 'main' } })],
      pull(7, { existing: { ...own, base: 'release' } }),
      pull(7, { base: 'release', existing: { ...own, base: 'release' } }),
    ],
    [
      ...[branch('release'), branch('pull/7'), promotion('release'), acceptance(7)],
      pull(7, { base: 'release' }),
      pull(7, { base: 'main', existing: { ...own, base: 'release' } }),
      pull(7, { base: 'evil', existing: { ...own, base: 'main' } }),
    ],
  ],
  [
    'a person who signed in',
    { kind: 'acceptance' },
    [acceptance(7), acceptance(8, true)],
    [branch('main'), pull(7), promotion('main'), closing(7, 'main'), upload, watch],
  ],
  [
    'a run on main',
    ofBranch,
    [
      branch('main'),
      promotion('main'),
      promotion('main', null),
      promotion('main', 'topic', true),
      closing(7, 'main'),
      upload,
    ],
    [
      promotion('main', 'topic'),
      branch('Main'),
      branch('main2'),
      branch('release'),
      promotion('release'),
      pull(7),
      acceptance(7),
      closing(7, 'topic'),
      closing(7, null),
      watch,
    ],
  ],
  [
    'a run on pull request 7 of main',
    ofSeven,
    [
      pull(7),
      pull(7, { base: 'main' }),
      pull(7, { existing: forked }),
      acceptance(7),
      closing(7, null),
      upload,
    ],
    [
      ...[pull(77), pull(8), pull(7, { base: 'release' }), branch('main'), branch('pull/7')],
      ...[promotion('main'), promotion('pull/7'), acceptance(8), closing(8, 'main'), watch],
    ],
  ],
  [
    'a workflow_run on the default branch',
    ofForks,
    [pull(7), pull(7, { existing: forked }), acceptance(7, true), upload],
    [
      ...[pull(7, { existing: own }), acceptance(7), branch('main'), branch('pull/7')],
      ...[promotion('main'), closing(7, 'main'), watch],
    ],
  ],
  [
    'a run that only reads',
    { kind: 'nothing', reason: 'it only reads' },
    [],
    [branch('main'), pull(7), promotion('main'), acceptance(7), closing(7, 'main'), upload, watch],
  ],
  [
    'a token for main',
    refs('main'),
    [branch('main'), promotion('main'), upload],
    [branch('main/x'), branch('amain'), pull(7), promotion('release'), acceptance(7), watch],
  ],
  [
    'a token for release/*',
    refs('release/*'),
    [branch('release/1'), branch('release/1/2'), promotion('release/1'), upload],
    [branch('release'), branch('main'), branch('x/release/1'), pull(7)],
  ],
  [
    'a token for pull/7',
    refs('pull/7'),
    [pull(7), acceptance(7)],
    [pull(77), branch('pull/7'), branch('main'), watch],
  ],
  [
    'a token for pull/*',
    refs('pull/*'),
    [pull(7), pull(8, { base: 'release' }), acceptance(9)],
    [branch('pull/7'), branch('pull/x'), promotion('pull/7'), branch('main')],
  ],
  ['a token for *', refs('*'), [branch('main'), pull(7), promotion('main'), acceptance(7)], [watch]],
  ['a token for a.c', refs('a.c'), [branch('a.c')], [branch('abc')]],
];

describe('what may be written', () => {
  it.each(TABLE)('by %s', (_name, rule, allowed, refused) => {
    for (const write of allowed) {
      expect(refusedWrite(identity(rule), REPOSITORY, write), JSON.stringify(write)).toBeNull();
    }
    for (const write of refused) {
      expect(refusedWrite(identity(rule), REPOSITORY, write), JSON.stringify(write)).toMatch(/\w{3}/);
    }
  });

  it('by a token without a rule is everything, by one that only reads or is for another repository nothing', () => {
    for (const write of [branch('main'), pull(7), promotion('main'), acceptance(7), upload, watch]) {
      expect(refusedWrite(identity(undefined), REPOSITORY, write)).toBeNull();
      expect(refusedWrite(identity(undefined, 'read'), REPOSITORY, write)).not.toBeNull();
      expect(refusedWrite(identity(undefined, 'admin', 6), REPOSITORY, write)).not.toBeNull();
      expect(refusedWrite({ ...identity(undefined), grants: [] }, REPOSITORY, write)).not.toBeNull();
    }
  });

  it('by somebody with two grants is what either of them allows', () => {
    const [first] = identity(refs('main')).grants;
    const [second] = identity(refs('release')).grants;
    if (!first || !second) throw new Error('no grants');
    const both = { ...identity(undefined), grants: [first, second] };
    expect(refusedWrite(both, REPOSITORY, branch('main'))).toBeNull();
    expect(refusedWrite(both, REPOSITORY, branch('release'))).toBeNull();
    expect(refusedWrite(both, REPOSITORY, branch('topic'))).toBe(
      'this token may write to release, not to branch topic',
    );
  });

  it('is found out at once, whatever the pattern of a token is', () => {
    const pattern = `${'*a'.repeat(100)}b`;
    // Processor time: what else the machine does must not count.
    const started = process.cpuUsage();
    expect(refusedWrite(identity(refs(pattern)), REPOSITORY, branch('a'.repeat(255)))).not.toBeNull();
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(200);
  });
});

describe('a refusal', () => {
  it.each<[WriteRule, Write, string]>([
    [refs('release/*'), pull(7), 'this token may write to release/*, not to pull request #7'],
    [
      ofBranch,
      pull(7),
      'a run on branch main may only write to that branch, not to pull request #7. Only a workflow_dispatch or ' +
        'schedule run of the default branch may write to the open pull requests of its repository',
    ],
    [
      dispatched,
      pull(7, { base: 'evil' }),
      'the base branch of pull request #7 is main according to this registry, not evil. Run the workflow of the ' +
        'pull request once: its claims prove the base',
    ],
    [
      ofSeven,
      watch,
      'a run on a pull request may not push a watch: only a workflow_dispatch or schedule run of the default branch ' +
        'may, or a token that may write to every branch',
    ],
    [ofBranch, promotion('x'), 'a run on branch main may only write to that branch, not to branch x'],
    [
      ofSeven,
      pull(8),
      'a run on pull request #7 may only write to that pull request, not to pull request #8',
    ],
    [ofSeven, pull(7, { base: 'x' }), 'pull request #7 will be merged into main, not into x'],
    [
      ofSeven,
      promotion('main'),
      'a run on pull request #7 may not promote: after the merge, the run on the branch promotes it',
    ],
    [
      ofForks,
      branch('main'),
      'a workflow_run may only push the recordings of forks: it may not write to branch main',
    ],
    [
      ofForks,
      acceptance(7),
      'pull request #7 is not from a fork: its own runs push its recordings, a workflow_run may not',
    ],
    [{ kind: 'nothing', reason: 'it only reads' }, upload, 'it only reads'],
  ])('of %j for %j says what the caller may do', (rule, write, message) => {
    expect(refusedWrite(identity(rule), REPOSITORY, write)).toBe(message);
  });

  it('is never for an admin, whatever rule the grant has beside', () => {
    for (const write of [branch('x'), pull(7), promotion('x'), acceptance(7, true), upload]) {
      expect(refusedWrite(identity(refs('main'), 'admin'), REPOSITORY, write)).toBeNull();
    }
  });
});

describe('the pattern of a token', () => {
  it.each<[string, string[], string[]]>([
    ['main', ['main'], ['mai', 'main2', 'not-main', 'Main', 'main\n']],
    ['*-stable', ['1-stable', '-stable'], ['1-stable-2', 'stable']],
    ['v*.x', ['v1.x', 'v.x', 'v1.x.x'], ['v1.y', 'v1x', 'v1.xy']],
    ['a*a', ['aa', 'aba'], ['a', 'ab']],
    ['a**b*c', ['abc', 'a-b-c', 'abbcc'], ['acb', 'ab', 'xabc']],
    ['a|main', ['a|main'], ['a', 'main']],
    ['(main)+', ['(main)+'], ['main', 'mainmain']],
    ['[a-z]{4}$', ['[a-z]{4}$'], ['main']],
    ['^main', ['^main'], ['main']],
    ['ma\\in', ['ma\\in'], ['main']],
    ['ma?n', ['ma?n'], ['man', 'main', 'mn']],
    ['$&', ['$&'], ['main', '']],
  ])('%j is compared with the whole name, and only * is special', (pattern, like, unlike) => {
    const fits = (name: string) =>
      refusedWrite(identity(refs(pattern)), REPOSITORY, branch(name)) === null &&
      refusedWrite(identity(refs(pattern)), REPOSITORY, promotion(name)) === null;
    expect(like.filter((name) => !fits(name))).toEqual([]);
    expect(unlike.filter(fits)).toEqual([]);
  });
});

describe('the default branch', () => {
  it.each([
    ['a token', undefined, 'writer'],
    ['a run on a branch', ofBranch, 'none'],
    ['a pull request', ofSeven, 'none'],
    ['a workflow_run', ofForks, 'none'],
    ['a token for some refs', refs('*'), 'none'],
  ] as const)('of %s: %#', (_name, rule, expected) => {
    expect(defaultBranchAuthority(identity(rule), REPOSITORY)).toBe(expected);
    expect(defaultBranchAuthority(identity(rule, 'admin'), REPOSITORY)).toBe('admin');
    expect(defaultBranchAuthority(identity(rule, 'read'), REPOSITORY)).toBe('none');
    expect(defaultBranchAuthority(identity(rule, 'admin', 6), REPOSITORY)).toBe('none');
  });
});

it.each([
  ['a run on main', ofBranch, null],
  ['a dispatched run on main', dispatched, 'workflow_dispatch'],
  ['a scheduled run on main', { ...ofBranch, forPullRequests: 'schedule' }, 'schedule'],
  ['a run on a pull request', ofSeven, null],
  ['a run that brings in forks', ofForks, null],
  ['a token', undefined, null],
] as const)('the event that lets %s write to pull requests', (_name, rule, expected) => {
  expect(defaultBranchEvent(identity(rule), REPOSITORY)).toBe(expected);
  expect(defaultBranchEvent(identity(rule, 'write', 6), REPOSITORY)).toBeNull();
});

it('only what a workflow_run pushes counts as of a fork, whatever it says', () => {
  expect(pushesFromFork(identity(ofForks), REPOSITORY)).toBe(true);
  for (const rule of [undefined, ofBranch, ofSeven, refs('*')]) {
    expect(pushesFromFork(identity(rule), REPOSITORY)).toBe(false);
  }
});

describe('the base that an identity proves', () => {
  it.each([
    ['a run on a pull request', ofSeven, 'write', { base: 'main', baselineOfBase: true }],
    ['a run that brings in forks', ofForks, 'write', { base: null, baselineOfBase: true }],
    ['a run on a branch', ofBranch, 'write', { base: null, baselineOfBase: false }],
    ['a dispatched run', dispatched, 'write', { base: null, baselineOfBase: true }],
    ['a token for some refs', refs('pull/*'), 'write', { base: null, baselineOfBase: false }],
    ['a token for everything', undefined, 'write', { base: null, baselineOfBase: false }],
    ['an admin', ofSeven, 'admin', { base: null, baselineOfBase: false }],
  ] as const)('%s', (_name, rule, scope, expected) => {
    expect(baseProofOf(identity(rule, scope), REPOSITORY)).toEqual(expected);
  });

  it('takes the place of one that is left out, not of one that is named', () => {
    const named = (base: string | null) => ({ kind: 'PULL_REQUEST', name: '7', base }) as const;
    expect(withProvenBase(identity(ofSeven), REPOSITORY, named(null))).toEqual(named('main'));
    expect(withProvenBase(identity(ofSeven), REPOSITORY, named('evil'))).toEqual(named('evil'));
    expect(withProvenBase(identity(undefined), REPOSITORY, named(null))).toEqual(named(null));
  });
});
