import type { WatchChange, WatchReport } from '@fixture-registry/client';
import { describe, expect, it } from 'vitest';
import { GONE } from './decide-issue.js';
import { driftState, isWatchIssue, renderGone, renderIssue, stateOf } from './issue-body.js';

const change = (path: string, summary = 'finish reason stop → length'): WatchChange => ({
  ...{ kind: 'CHANGED', path, summary, testId: 't', model: 'm' },
});
const report = (drifted: WatchChange[], more: Partial<WatchReport> = {}): WatchReport => ({
  run: '17',
  at: '2026-11-28T01:00:00.000Z',
  repeats: 1,
  stored: 1,
  headline: '1 test no longer calls its tool',
  level: drifted.length > 0 ? 'BEHAVIOUR' : null,
  drifted,
  driftedCount: drifted.length,
  unstableCount: 0,
  textCount: 0,
  markdown: '### 🔴 1 test no longer calls its tool',
  acceptedBy: null,
  ...more,
});
const ABOUT = { defaultBranch: 'main', runUrl: 'https://github.com/o/r/actions/runs/17', accept: 'here' };

describe('driftState', () => {
  const state = driftState(report([change('a'), change('b')]), 'here');

  it('is null without drift, whatever is unstable', () => {
    expect(driftState(report([], { unstableCount: 1 }), 'here')).toBeNull();
  });

  it('is the same for the same drift of another run', () => {
    const again = { run: '18', at: '2026-12-05T01:00:00.000Z', markdown: 'run 18', unstableCount: 1 };
    expect(driftState(report([change('b'), change('a')], again), 'here')).toBe(state);
  });

  it.each<[string, WatchReport, string]>([
    ['another recording', report([change('a')]), 'here'],
    ['another change', report([change('a'), change('b', 'refuses')]), 'here'],
    ['another way to accept it', report([change('a'), change('b')]), 'there'],
  ])('is another for %s', (_, other, accept) => {
    expect(driftState(other, accept)).not.toBe(state);
  });
});

describe('the issue', () => {
  const drifted = report([change('a')]);
  const state = driftState(drifted, ABOUT.accept) ?? '';

  it('has the marker, the state, the report, the run and how to accept it', () => {
    const { title, body } = renderIssue(drifted, state, ABOUT);
    expect(title).toBe('Fixtures: 1 test no longer calls its tool');
    expect(isWatchIssue(body)).toBe(true);
    expect(stateOf(body)).toBe(state);
    expect(body).toContain(`\n${drifted.markdown}\n\n[This run](${ABOUT.runUrl}) recorded the tests again`);
    expect(body).toContain('**Accept:** here');
  });

  it('says how many repeats agree', () => {
    expect(renderIssue(report([change('a')], { repeats: 3 }), state, ABOUT).body).toContain(
      'in each of 3 repeats',
    );
  });

  it('fits into the limits of GitHub', () => {
    const long = report([change('a')], { headline: 'x'.repeat(500), markdown: '🔴'.repeat(60_000) });
    const { title, body } = renderIssue(long, state, { ...ABOUT, accept: 'x'.repeat(2_000) });
    expect(title.length).toBeLessThanOrEqual(256);
    expect(body.length).toBeLessThanOrEqual(65_536);
  });

  it('keeps the title on one line without markup', () => {
    const { title } = renderIssue(report([], { headline: 'Calls `f`\n<b>' }), state, ABOUT);
    expect(title).toBe('Fixtures: Calls f <b>');
  });

  it('says that the drift is gone', () => {
    const { body } = renderGone(ABOUT);
    expect([isWatchIssue(body), stateOf(body)]).toEqual([true, GONE]);
  });

  it('is not a text that quotes the marker', () => {
    const { body } = renderIssue(drifted, state, ABOUT);
    expect(isWatchIssue(`> ${body}`)).toBe(false);
    expect(isWatchIssue(null)).toBe(false);
    expect(stateOf('no state')).toBeNull();
  });
});
