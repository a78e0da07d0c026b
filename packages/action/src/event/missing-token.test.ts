import { describe, expect, it } from 'vitest';
import { explainMissingToken } from './missing-token.js';

describe('explainMissingToken', () => {
  it.each([
    ['a fork', { fromFork: true, actor: 'octocat' }, /pull requests from forks/, /secrets of Actions/],
    ['Dependabot', { fromFork: false, actor: 'dependabot[bot]' }, /the Dependabot secrets/, /fork/],
    ['other runs', { fromFork: false, actor: 'octocat' }, /id-token: write/, /Dependabot/],
  ])('advises %s', (_, run, advice, not) => {
    expect(explainMissingToken(run)).toMatch(advice);
    expect(explainMissingToken(run)).not.toMatch(not);
  });
});
