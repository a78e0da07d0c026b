import { describe, expect, it } from 'vitest';
import { describeUnboundPromotion, type UnboundPromotion } from './describe-unbound.js';

const facts: UnboundPromotion = {
  pullRequest: 5,
  branch: 'main',
  head: 'd'.repeat(40),
  commit: 'e'.repeat(40),
  pushedLate: false,
  newest: { version: 2, commit: 'c'.repeat(40), pushedAt: new Date('2026-11-27T11:05:09Z') },
};

describe('a promotion that no run of the head commit binds', () => {
  it('says what happened, what there is, and what to run', () => {
    expect(describeUnboundPromotion(facts)).toBe(
      'pull request #5 is not promoted and main is unchanged: no run of its head commit dddddddddd pushed before the merge; ' +
        'a workflow pushes nothing for a commit that it skips (path filters, `[skip ci]`, a condition of the job) or fails ' +
        'on. So the registry cannot tell which of its recordings were reviewed. Its newest ones are version 2, pushed for ' +
        'commit cccccccccc at 2026-11-27T11:05Z. If main should hold them, run `fixtures promote --pull-request 5 --base ' +
        `main --commit ${'e'.repeat(40)}\` with a token that may write to main, then run this job again`,
    );
  });

  it.each<[string, Partial<UnboundPromotion>, string]>([
    ['a push after the merge', { pushedLate: true }, 'commit dddddddddd pushed only after the merge. So'],
    [
      'a merge commit that is not known',
      { commit: null },
      'run `fixtures promote --pull-request 5 --base main` with',
    ],
    ['no commit', { newest: { version: 3, commit: null, pushedAt: null } }, 'are version 3, pushed. If'],
    ['a name that a shell would run', { branch: 'a;ls' }, '--base BRANCH --commit'],
    ['a name that looks like another', { branch: 'm\u0430in' }, 'm[U+0430]in is unchanged'],
    ['that name in the command', { branch: 'm\u0430in' }, '--base BRANCH --commit'],
  ])('%s', (_, more, words) => {
    expect(describeUnboundPromotion({ ...facts, ...more })).toContain(words);
  });
});
