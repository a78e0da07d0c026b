import { describe, expect, it } from 'vitest';
import { chooseDefaultBranch, type DefaultBranchFacts } from './choose-default-branch.js';

const empty: DefaultBranchFacts = {
  repository: 'acme/desk',
  known: 'main',
  knownHolds: false,
  anyBranchHolds: false,
  reported: null,
  isRequested: false,
  pushed: 'master',
  addsRecordings: true,
  authority: 'admin',
};
const full = { knownHolds: true, anyBranchHolds: true };
const othersOnly = { knownHolds: false, anyBranchHolds: true };

/** What is decided, in a word: the branch that is set, `keep`, `warn` or `refuse`. */
function decided(change: Partial<DefaultBranchFacts>): string {
  const decision = chooseDefaultBranch({ ...empty, ...change });
  if (decision.kind === 'set') return decision.branch;
  return decision.kind === 'keep' && decision.warning !== null ? 'warn' : decision.kind;
}

describe('without a word on the default branch', () => {
  it.each([
    ["an admin's first branch", {}, 'master'],
    ["an admin's first branch, whatever its name", { pushed: 'production' }, 'production'],
    ["a writer's first branch with a usual name", { authority: 'writer' }, 'master'],
    ["a writer's first branch with another name", { authority: 'writer', pushed: 'feature' }, 'warn'],
    ["a workflow's first branch", { authority: 'none' }, 'warn'],
    ['the known default branch itself', { pushed: 'main' }, 'keep'],
    ['a push without recordings', { addsRecordings: false }, 'keep'],
    ['a pull request', { pushed: null }, 'keep'],
    ['not the first branch', othersOnly, 'warn'],
    ['a branch beside a default branch with recordings', full, 'keep'],
  ] as const)('%s', (_name, change, expected) => {
    expect(decided(change)).toBe(expected);
  });
});

describe('with what a clone or an event says', () => {
  it.each([
    ['an admin fills in', { reported: 'trunk', pushed: 'feature' }, 'trunk'],
    ['an admin fills in while the known one is empty', { ...othersOnly, reported: 'trunk' }, 'trunk'],
    ['a writer fills in', { reported: 'trunk', pushed: null, authority: 'writer' }, 'trunk'],
    [
      'a writer does not once a branch has recordings',
      { ...othersOnly, reported: 'master', authority: 'writer' },
      'warn',
    ],
    ['a workflow does not', { reported: 'evil', pushed: 'evil', authority: 'none' }, 'warn'],
    ['nobody moves what has recordings', { ...full, reported: 'master', pushed: 'feature' }, 'keep'],
    ['the branch that should have been moved warns', { ...full, reported: 'master' }, 'warn'],
    ['what is known already', { reported: 'main', pushed: 'feature' }, 'keep'],
  ] as const)('%s', (_name, change, expected) => {
    expect(decided(change)).toBe(expected);
  });
});

describe('with an order', () => {
  const order = { isRequested: true, reported: 'trunk' };
  it.each([
    ['an admin sets it', order, 'trunk'],
    ['an admin moves it', { ...order, ...full }, 'trunk'],
    ['a writer sets it while no branch has recordings', { ...order, authority: 'writer' }, 'trunk'],
    ['a writer does not move it', { ...order, ...othersOnly, authority: 'writer' }, 'refuse'],
    ['a workflow may not', { ...order, authority: 'none' }, 'refuse'],
    ['nothing is left to do', { ...order, reported: 'main', authority: 'none' }, 'keep'],
  ] as const)('%s', (_name, change, expected) => {
    expect(decided(change)).toBe(expected);
  });
});

it('names the command, but no branch that a shell would run', () => {
  const warningFor = (pushed: string) => {
    const decision = chooseDefaultBranch({ ...empty, authority: 'none', pushed });
    return decision.kind === 'keep' ? decision.warning : null;
  };
  expect(warningFor('release/2.x')).toContain(
    'fixtures push --branch release/2.x --default-branch release/2.x',
  );
  expect(warningFor('a;$(id)')).toMatch(/an admin runs: fixtures push --branch NAME --default-branch NAME$/);
});

describe('a branch whose name looks like another', () => {
  const alike = 'm\u0430in';
  it.each<[string, Partial<DefaultBranchFacts>, string]>([
    ['is named to fill in', { known: alike, reported: 'trunk' }, 'and m[U+0430]in has no recordings'],
    ['is likely', { authority: 'none', pushed: alike }, 'If the default branch is m[U+0430]in, an admin'],
    ['is known, and empty', { ...othersOnly, known: alike }, 'treats m[U+0430]in as the default branch'],
    [
      'is reported',
      { ...full, reported: alike, pushed: alike },
      'm[U+0430]in is reported as the default branch',
    ],
    [
      'was renamed',
      { ...full, known: alike, reported: 'main', pushed: 'main' },
      'If m[U+0430]in was renamed',
    ],
    [
      'is ordered',
      { isRequested: true, reported: alike, authority: 'none' },
      'from main to m[U+0430]in: it needs',
    ],
    [
      'is replaced',
      { isRequested: true, known: alike, reported: 'main', authority: 'none' },
      'from m[U+0430]in to main',
    ],
  ])('%s: shown with its code points', (_, change, words) => {
    const decision = chooseDefaultBranch({ ...empty, ...change });
    const text = JSON.stringify({ ...decision, branch: undefined });
    expect(text).toContain(words);
    expect(text).not.toContain(alike);
  });
});
