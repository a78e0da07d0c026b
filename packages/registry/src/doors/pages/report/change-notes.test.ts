import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { type ChangeSpec, changeOf } from '../../../../test/report-changes.js';
import { ChangeNotes } from './change-notes.js';

const links = {
  toRecording: (path: string) => `/recording?path=${encodeURIComponent(path)}`,
  toTest: (testId: string) => `/test?id=${encodeURIComponent(testId)}`,
};

async function notesOf(spec: ChangeSpec): Promise<{ texts: string[]; links: (string | null)[] }> {
  const html = String(await ChangeNotes({ change: changeOf(spec), links }));
  const { document } = parseHTML(`<main>${html}</main>`) as unknown as { document: Document };
  const notes = [...document.querySelectorAll('.problem')];
  return {
    texts: notes.map((note) => note.textContent.replaceAll(/\s+/g, ' ')),
    links: [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')),
  };
}

it.each<[string, ChangeSpec, string[], string[]]>([
  ['nothing', { level: 'BEHAVIOUR' }, [], []],
  [
    'an error',
    { failure: { status: 400, text: 'bad <b>' } },
    ['The response is an error (400): bad <b>.'],
    [],
  ],
  [
    'an error that was there before',
    { failure: { status: 500 }, failedBefore: true },
    ['The response is an error (500). The older recording failed in the same way.'],
    [],
  ],
  [
    'an error of a tool',
    { failure: { kind: 'TOOL_ERROR', tool: 'web_search', text: 'pass your key' } },
    ['The result of web_search is an error: pass your key.'],
    [],
  ],
  [
    'a leftover',
    { leftoverBeside: 'rec/good.json' },
    [expect.stringMatching(/possibly a leftover .* rec\/good\.json\.$/)],
    ['/recording?path=rec%2Fgood.json'],
  ],
  [
    'a recording that no recorder finds',
    { unplayable: true, playable: 'MISPLACED' },
    [
      'The recorder will not find this recording (no: the file name is right, but the recorder does not search this folder for its test).',
    ],
    [],
  ],
  [
    'a broken chain',
    { brokenFollowUps: ['rec/next.json', 'rec/last.json'] },
    [expect.stringMatching(/^2 follow-up calls will not be found, .*:rec\/next\.jsonrec\/last\.json$/)],
    ['/recording?path=rec%2Fnext.json', '/recording?path=rec%2Flast.json'],
  ],
  [
    'a shared recording',
    { sharedWith: ['a.py::two'] },
    [expect.stringMatching(/that another test plays too:a\.py::two$/)],
    ['/test?id=a.py%3A%3Atwo'],
  ],
])('says and links %s', async (_name, spec, texts, addresses) => {
  expect(await notesOf(spec)).toEqual({ texts, links: addresses });
});

it('lists at most 20 recordings, and counts the others', async () => {
  const brokenFollowUps = Array.from({ length: 1_000 }, (_, index) => `rec/${index}.json`);
  const { texts, links: addresses } = await notesOf({ brokenFollowUps });
  expect(addresses).toHaveLength(20);
  expect(texts[0]).toMatch(/and 980 more$/);
});
