import { describe, expect, it } from 'vitest';
import { decideIssue, GONE, type KnownIssue } from './decide-issue.js';

const open = (state: string | null): KnownIssue => ({ isOpen: true, state });
const closed = (state: string | null): KnownIssue => ({ isOpen: false, state });

describe('decideIssue', () => {
  it.each<[string, KnownIssue | null, string | null, string]>([
    ['no issue, no drift', null, null, 'keep'],
    ['no issue, drift', null, 'a', 'create'],
    ['an open issue with the same drift', open('a'), 'a', 'keep'],
    ['an open issue with other drift', open('a'), 'b', 'update'],
    ['an open issue whose text somebody broke', open(null), 'a', 'update'],
    ['an open issue, the drift is gone', open('a'), null, 'close'],
    ['an open issue that a person reopened without drift', open(GONE), null, 'close'],
    ['a closed issue, the drift came back after it was gone', closed(GONE), 'a', 'reopen'],
    ['an issue that a person closed with this drift', closed('a'), 'a', 'keep'],
    ['an issue that a person closed, other drift', closed('a'), 'b', 'reopen'],
    ['an issue that a person closed, the drift is gone', closed('a'), null, 'settle'],
    ['a closed issue, still no drift', closed(GONE), null, 'keep'],
  ])('%s', (_, issue, drift, step) => {
    expect(decideIssue(issue, drift, true).step).toBe(step);
  });

  it('closes nothing after a job that failed, and opens as usual', () => {
    expect(decideIssue(open('a'), null, false)).toEqual({
      step: 'keep',
      reason: 'the job failed, so it may have recorded too little',
    });
    expect(decideIssue(closed('a'), null, false).step).toBe('keep');
    expect(decideIssue(null, 'a', false).step).toBe('create');
    expect(decideIssue(closed(GONE), 'a', false).step).toBe('reopen');
  });

  it('reaches a state that the next watch keeps', () => {
    for (const drift of ['a', null]) {
      for (const issue of [null, open('a'), open('b'), open(null), closed('a'), closed('b'), closed(GONE)]) {
        const { step } = decideIssue(issue, drift, true);
        if (step === 'keep') continue;
        const after = { isOpen: drift !== null, state: drift ?? GONE };
        expect(decideIssue(after, drift, true).step, `${JSON.stringify(issue)} ${drift}`).toBe('keep');
      }
    }
  });
});
