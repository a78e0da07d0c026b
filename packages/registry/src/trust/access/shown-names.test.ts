import { describe, expect, it } from 'vitest';
import { describeTokens } from '../../doors/commands/tokens.js';
import { describeUnboundPromotion } from '../../store/promotion/describe-unbound.js';
import { choosePushTarget } from '../../store/push/choose-push-target.js';
import { describeRef, refusedBranchName } from '../../vocabulary/ref-name.js';
import { describeRun, writeRuleOf } from '../oidc/write-rule.js';
import { refusedWrite } from './may-write.js';
import type { TokenSummary } from './token-store.js';

// Every text shows a branch name that resembles another one with its code points.

const ALIKE = 'm\u0430in';
const SHOWN = 'm[U+0430]in';

const claims = (event: string, ref: string) => ({
  ...{ repository: 'acme/desk', repositoryId: 1, owner: 'acme', ownerId: 65, event, ref, baseRef: null },
  ...{ actor: null, runId: '1', runAttempt: '1', sha: null, workflowRef: null },
});
const reasonOf = (event: string, ref: string, defaultBranch = 'main') => {
  const rule = writeRuleOf(claims(event, ref), defaultBranch);
  return rule.kind === 'nothing' ? rule.reason : rule.kind;
};
const by = (writes: Parameters<typeof refusedWrite>[0]['grants'][number]['writes']) => ({
  ...{ who: 'somebody', actor: null, run: null },
  grants: [{ repositoryId: 5, scope: 'write' as const, ...(writes && { writes }) }],
});
const main = { kind: 'push', ref: { kind: 'BRANCH', name: 'main', base: null }, existing: null } as const;
const alike = { ...main, ref: { ...main.ref, name: ALIKE } };
const refused = (...args: [Parameters<typeof by>[0], Parameters<typeof refusedWrite>[2]]) =>
  refusedWrite(by(args[0]), { id: 5 }, args[1]);
const token: TokenSummary = {
  ...{ id: 1, repositoryId: 5, repository: 'acme/desk', name: null, createdBy: null, refPattern: ALIKE },
  ...{ createdAt: new Date(0), lastUsedAt: null, expiresAt: null, revokedAt: null },
  scope: 'write',
};

describe('the name of a branch in a text', () => {
  it.each<[string, string | null]>([
    ['a ref', describeRef({ kind: 'BRANCH', name: ALIKE })],
    ['a refused name', refusedBranchName(`${ALIKE}..x`)],
    ['a run, as the log calls it', describeRun(claims('push', `refs/heads/${ALIKE}`))],
    ['a tag', reasonOf('push', `refs/tags/${ALIKE}`)],
    ['the default branch', reasonOf('workflow_run', 'refs/heads/x', ALIKE)],
    ['a run on another branch', reasonOf('workflow_run', `refs/heads/${ALIKE}`)],
    ['no pull request', reasonOf('pull_request', `refs/heads/${ALIKE}`)],
    ['the pattern of a token', refused({ kind: 'refs', pattern: ALIKE }, main)],
    ['the branch of a run', refused({ kind: 'branch', branch: ALIKE, commit: null }, main)],
    [
      'the base of a pull request, to a run of the default branch',
      refused(
        { kind: 'branch', branch: ALIKE, commit: null, forPullRequests: 'schedule' },
        { kind: 'push', ref: { kind: 'PULL_REQUEST', name: '7', base: 'main' }, existing: null },
      ),
    ],
    ['what a run may not write', refused({ kind: 'branch', branch: 'main', commit: null }, alike)],
    ['the list of tokens', describeTokens([token], new Date(0))],
    [
      'a merge',
      JSON.stringify(
        choosePushTarget({
          ...{ number: '7', merged: { branch: ALIKE, as: 1 }, closedByRun: null },
          run: { id: 1, attempt: 1 },
          isOnDefaultBranch: false,
        }),
      ),
    ],
    [
      'a promotion that nothing binds',
      describeUnboundPromotion({
        ...{ pullRequest: 5, branch: ALIKE, head: 'd'.repeat(40), commit: null, pushedLate: true },
        newest: { version: 1, commit: null, pushedAt: null },
      }),
    ],
  ])('%s', (_, text) => {
    expect(text).toContain(SHOWN);
    expect(text).not.toContain(ALIKE);
  });
});
