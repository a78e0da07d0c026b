import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../../test/report-changes.js';
import { readRecording } from '../../../recordings/reading/read-recording.js';
import type { ExchangeChange } from '../../../review/differences/drift.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { contentOf } from '../conversation/content-of.js';
import { CassetteComparison } from './cassette-comparison.js';
import type { ChangeSide } from './load-change.js';

const repository = { owner: 'acme', name: 'shop' } as Repository;

function sideOf(words: string[] | null): ChangeSide {
  const snapshot = { repositoryId: 1, layers: [] };
  if (words === null) return { row: null, content: null, label: 'main', snapshot };
  const row = { path: 'cassettes/a.yaml', digest: words.join() } as RecordingRow;
  return { row, content: contentOf(bytesOf(words)), label: 'main', snapshot };
}

function bytesOf(words: string[]): Buffer {
  const interactions = words.map((say) => ({
    request: {
      method: 'POST',
      uri: 'https://api.example.com/v1/chat/completions',
      body: JSON.stringify({ model: 'gpt-1', messages: [{ role: 'user', content: 'Hi' }] }),
    },
    response: {
      status: { code: 200 },
      headers: { date: [say], 'x-id': [say] },
      body: {
        string: JSON.stringify({ object: 'chat.completion', choices: [{ message: { content: say } }] }),
      },
    },
  }));
  return Buffer.from(JSON.stringify({ version: 1, interactions }));
}

function difference(
  kind: ExchangeChange['kind'],
  before: [string[], number] | null,
  after: [string[], number] | null,
  more: Partial<ExchangeChange> = {},
): ExchangeChange {
  const at = (side: [string[], number] | null) =>
    side && (readRecording(bytesOf(side[0])).exchanges[side[1]] ?? null);
  return {
    ...{ kind, level: 'CONTENT', before: at(before), after: at(after), summary: 'text', words: 'text' },
    ...{ reasons: [], requestChange: null, texts: [], failure: null, failedBefore: false },
    ...more,
  };
}

async function show(before: string[] | null, after: string[] | null, exchanges: ExchangeChange[]) {
  const change = {
    ...changeOf({ level: 'CONTENT', path: 'cassettes/a.yaml' }),
    exchanges,
    calls: after?.length ?? 1,
  };
  const sides = { before: sideOf(before), after: sideOf(after) };
  const html = String(await CassetteComparison({ repository, change, ...sides }));
  const { document } = parseHTML(`<main>${html}</main>`) as unknown as { document: Document };
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const texts = (selector: string) =>
    all(selector).map((each) => each.textContent.replaceAll(/\s+/g, ' ').trim());
  return { all, texts };
}

const NAME = 'POST api.example.com/v1/chat/completions';

describe('the calls of a changed cassette', () => {
  it('that differ are side by side, and the other ones folded', async () => {
    const [before, after] = [
      ['one', 'two', 'three'],
      ['one', 'two words', 'three'],
    ];
    const page = await show(before, after, [difference('CHANGED', [before, 1], [after, 1])]);
    expect(page.texts('p')[0]).toBe('1 of 3 calls differs.');
    expect(page.texts('.cassette-call h2')).toEqual([`2. ${NAME}`]);
    expect(page.texts('.sides ins')).toEqual(['words']);
    expect(page.texts('.cassette-call .quiet')).toContain('Response headers that differ: date and x-id');
    expect(page.texts('.same > summary')).toEqual(['2 calls are the same']);
    expect(page.texts('.same a')).toEqual([`1. ${NAME}`, `3. ${NAME}`]);
    expect(page.all('.same a')[1]?.getAttribute('href')).toMatch(
      /^\/acme\/shop\/recording\?path=cassettes%2Fa\.yaml&at=[^#]*#call-3$/,
    );
  });

  it('that are new or removed are alone, and moved ones a line', async () => {
    const [before, after] = [
      ['one', 'two', 'gone'],
      ['fresh', 'two', 'one'],
    ];
    const page = await show(before, after, [
      difference('ADDED', null, [after, 0], { level: 'BEHAVIOUR', words: 'new call' }),
      difference('REMOVED', [before, 2], null, { level: 'BEHAVIOUR', words: 'removed' }),
      difference('MOVED', [before, 0], [after, 2], { level: 'COSMETIC', words: 'moved from `1` to `3`' }),
    ]);
    expect(page.texts('p')[0]).toBe('3 of 4 calls differ.');
    expect(page.texts('.cassette-call .tag')).toEqual(['new call', 'removed, call 3 before']);
    expect(page.texts('.cassette-call .turn .words')).toEqual(['Hi', 'fresh', 'Hi', 'gone']);
    expect(page.all('.sides')).toEqual([]);
    expect(page.all('.call-body').map((each) => each.getAttribute('id'))).toEqual([
      'call-1',
      'removed-call-3',
    ]);
    expect(page.texts('main > ul > li')).toEqual([
      `cosmeticmoved, call 1 before 3. ${NAME} moved from 1 to 3`,
    ]);
    expect(page.texts('.same > summary')).toEqual(['1 call is the same']);
  });

  it('with another level or a failure are unfolded, at most five', async () => {
    const words = Array.from({ length: 30 }, (_, index) => `${index}`);
    const changes = words.map((_, index) =>
      difference('CHANGED', [words, index], [words, index], { level: index < 10 ? 'BEHAVIOUR' : 'COSMETIC' }),
    );
    const page = await show(words, words, changes);
    expect(page.all('.cassette-call')).toHaveLength(20);
    expect(page.all('.cassette-call').filter((fold) => fold.getAttribute('open') !== null)).toHaveLength(5);
    expect(page.texts('main > p')).toEqual(['30 of 30 calls differ.', '10 more calls that differ:']);
    expect(page.texts('main > ul a').at(-1)).toBe(`30. ${NAME}`);
    const cosmetic = changes.slice(10, 13);
    const folded = await show(words, words, cosmetic);
    expect(folded.all('.cassette-call').map((fold) => fold.getAttribute('open') !== null)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are all shown where only one side has them', async () => {
    for (const [before, after] of [
      [null, ['one', 'two']],
      [['one', 'two'], null],
    ] as const) {
      const page = await show(before && [...before], after && [...after], []);
      expect(page.texts('h2')).toEqual([`1. ${NAME}`, `2. ${NAME}`]);
    }
    expect((await show(null, [], [])).texts('p')).toContain('The registry finds no HTTP call in this file.');
  });

  it('do not differ where only the formatting does', async () => {
    expect((await show(['one'], ['one'], [])).texts('p')[0]).toBe(
      'No call differs: both files are the same.',
    );
    const page = await show(['one'], ['two'], []);
    expect(page.texts('p')[0]).toMatch(/^No call differs\. The files differ in what a test does not see/);
    expect(page.all('.cassette-call')).toEqual([]);
    expect(page.texts('.same > summary')).toEqual(['1 call is the same']);
  });

  it('are the files where neither has one', async () => {
    const files = ['{"version": 1, "interactions": []}', '{"version": 2, "interactions": []}'];
    const sides = files.map((text) => ({ ...sideOf([]), content: contentOf(Buffer.from(text)) }));
    const [before, after] = sides as [ChangeSide, ChangeSide];
    const html = String(await CassetteComparison({ repository, change: changeOf({}), before, after }));
    expect(html).toMatch(/<del>1<\/del>.*<ins>2<\/ins>/s);
    expect(html).not.toContain('No call differs');
  });
});
