import { expect, it } from 'vitest';
import { describeNewerOnBranch } from './describe-newer.js';

it('names the paths and the command, and cuts a long list', () => {
  const about = { pullRequest: 7, branch: 'main', commit: 'abc' };
  expect(describeNewerOnBranch({ ...about, newer: ['a.json'] })).toBe(
    'pull request #7 is not promoted and main is unchanged: main changed a.json after the merge. If main should ' +
      'hold the recordings of the pull request, run `fixtures promote --pull-request 7 --base main --commit abc` ' +
      'with a token that may write to main',
  );
  const many = describeNewerOnBranch({ ...about, commit: null, newer: ['a', 'b', 'c', 'd', 'e'] });
  expect(many).toContain('main changed a, b, c and 2 more after');
  expect(many).toContain('--base main` with');
});
