import { describe, expect, it } from 'vitest';
import type { StoredState } from '../checkout/state/sync-state.js';
import type { PushResult } from './negotiate/push-mutation.js';
import { stateAfterPush } from './state-after-push.js';

const REF = { registry: 'r', repository: 'o/n', target: 'branch main' };
const file = (digest: string) => ({ digest, size: 1, mtimeMs: 1, written: true });
const PULLED: StoredState = {
  ...{ ...REF, selection: null, snapshot: 's3', baseline: null, version: 3, writtenMs: 9 },
  since: { snapshot: 's3', at: '2026-01-01T00:00:00.000Z' },
  files: new Map([
    ['a', file('1')],
    ['b', file('2')],
  ]),
  remaining: new Map([['c', file('3')]]),
  pulled: true,
  plan: { snapshot: 's3', selection: null, files: new Map([['a', file('1')]]), purged: [], notesReads: true },
};
const onDisk = new Map([
  ['a', file('new')],
  ['c', file('3')],
]);

function pushed(version: number, created = true, baseline: string | null = null) {
  const snapshot = { id: `s${version}`, version, createdAt: '2026-01-02T00:00:00.000Z' };
  const result = { snapshot, created, baseline: baseline === null ? null : { id: baseline } } as PushResult;
  return { files: onDisk, remove: [] as string[], result, isProven: true };
}

describe('stateAfterPush', () => {
  it.each([
    ['the next version: no other push in between', PULLED, pushed(4), 's4'],
    ['nothing changed', PULLED, pushed(3, false), 's3'],
    ['a later version: another push in between', PULLED, pushed(5), null],
    ['nothing changed, at another snapshot', PULLED, pushed(4, false), null],
    ['a selection was pulled', { ...PULLED, selection: 's' }, pushed(4), null],
    ['the baseline moved', PULLED, pushed(4, true, 'base'), null],
    ['the pulled snapshot was no longer whole', { ...PULLED, snapshot: null }, pushed(4), null],
    ['the pulled version was of another ref', { ...PULLED, version: null }, pushed(4), null],
    ['another ref was pulled', { ...PULLED, target: 'branch other' }, pushed(4), null],
    ['nothing was pulled', null, pushed(1), null],
    ['the registry was restored in between', PULLED, { ...pushed(4), isProven: false }, null],
  ])('%s', (_, before, push, snapshot) => {
    expect(stateAfterPush(REF, before, push).snapshot).toBe(snapshot);
  });

  it.each([
    ['a difference', PULLED],
    ['everything', null],
  ])('stores the pushed snapshot as the one that later pushes are a difference to: %s', (_, before) => {
    const since = { snapshot: 's4', at: '2026-01-02T00:00:00.000Z' };
    expect(stateAfterPush(REF, before, pushed(4)).since).toEqual(since);
  });

  it('discards the snapshot of a ref that the registry lost, but not that a pull wrote the files', () => {
    const state = stateAfterPush(REF, PULLED, { ...pushed(4), isProven: false });
    expect([...state.files.keys()]).toEqual(['a', 'c']);
    expect([...state.remaining.keys()]).toEqual(['b']);
  });

  it('contains pulled and pushed files, each once, and no removed ones', () => {
    const state = stateAfterPush(REF, PULLED, { ...pushed(4), remove: ['b'] });
    expect([...state.files.keys()]).toEqual(['a', 'c']);
    expect(state.files.get('a')?.digest).toBe('new');
    expect(state.remaining.size).toBe(0);
  });

  it.each([
    ['of the same ref', PULLED],
    ['of another ref', { ...PULLED, target: 'branch other' }],
  ])('keeps what was pulled %s, for the report of its use', (_, before) => {
    expect(stateAfterPush(REF, before, pushed(4)).plan).toBe(PULLED.plan);
  });

  it('keeps the files pulled for another ref', () => {
    const state = stateAfterPush(REF, { ...PULLED, target: 'branch other' }, pushed(1));
    expect([...state.files.keys()]).toEqual(['a', 'c']);
    expect([...state.remaining.keys()]).toEqual(['b']);
  });
});
