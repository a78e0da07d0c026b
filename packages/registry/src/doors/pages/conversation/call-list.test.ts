import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { CallList } from './call-list.js';
import { contentOf } from './content-of.js';
import { readCall } from './read-call.js';

interface Recorded {
  url?: string;
  messages?: object[];
  status?: number;
  say?: string;
}

const user = (content: string) => ({ role: 'user', content });

async function pageOf(calls: Recorded[]) {
  const interactions = calls.map(
    ({
      url = 'https://api.example.com/v1/chat/completions',
      messages = [user('Hi')],
      status = 200,
      say = 'Ho',
    }) => ({
      request: { method: 'POST', uri: url, body: JSON.stringify({ model: 'gpt-1', messages }), headers: {} },
      response: {
        status: { code: status },
        headers: {},
        body: {
          string: JSON.stringify({
            object: 'chat.completion',
            choices: [{ message: { role: 'assistant', content: say } }],
          }),
        },
      },
    }),
  );
  const content = contentOf(Buffer.from(JSON.stringify({ version: 1, interactions })));
  const html = String(await CallList({ calls: (content.exchanges ?? []).map(readCall), file: '/file' }));
  const { document } = parseHTML(`<main>${html}</main>`) as unknown as { document: Document };
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const texts = (selector: string) =>
    all(selector).map((each) => each.textContent.replaceAll(/\s+/g, ' ').trim());
  return { html, all, texts };
}

const some = (count: number) =>
  Array.from({ length: count }, (_, index): Recorded => ({ messages: [user(`${index}`)] }));

describe('a list of calls', () => {
  it.each([
    [1, 0, 0],
    [3, 0, 0],
    [4, 4, 0],
    [5, 5, 0],
    [6, 6, 6],
    [50, 50, 50],
  ])('of %i has %i folds and an index of %i links', async (count, folds, links) => {
    const page = await pageOf(some(count));
    expect(page.all('details.cassette-call')).toHaveLength(folds);
    expect(page.all('.call-index a').map((link) => link.getAttribute('href'))).toEqual(
      Array.from({ length: links }, (_, index) => `#call-${index + 1}`),
    );
    expect(page.texts('h2').at(-1)).toBe(`${count}. POST api.example.com/v1/chat/completions`);
    // Each link leads to an element in the fold, for which a browser opens it.
    expect(page.all('[id]').map((each) => each.getAttribute('id'))).toEqual(
      Array.from({ length: count }, (_, index) => `call-${index + 1}`),
    );
    expect(page.all('summary[id], details[id]')).toEqual([]);
  });

  it('unfolds the first call and those with an error', async () => {
    const page = await pageOf([...some(3), { status: 429 }, ...some(1)]);
    expect(page.all('details.cassette-call').map((fold) => fold.getAttribute('open') !== null)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(page.texts('.call-about')[3]).toBe('gpt-1 · HTTP 429 error');
    expect(page.texts('.call-about')[4]).toBe('gpt-1 · HTTP 200');
    expect(page.texts('.call-words')[4]).toBe('responds Ho');
  });

  it('shows the messages that a call repeats once', async () => {
    const system = { role: 'system', content: 'Be brief.' };
    const answered = [system, user('One?'), { role: 'assistant', content: '1' }];
    const page = await pageOf([
      { messages: [system, user('One?')] },
      { messages: [...answered, user('Two?')] },
      { messages: [...answered, user('Two?')] },
    ]);
    expect(page.texts('p.quiet')).toEqual([
      'The first 2 messages are in call 1.',
      'The prompt is the same as in call 2.',
    ]);
    expect(page.texts('.turn h3')).toEqual([
      'system',
      'user',
      'assistant',
      'assistant',
      'user',
      'assistant',
      'assistant',
    ]);
  });

  it('has everything as text, and no URL as a link', async () => {
    const planted = '<img src=x onerror=alert(1)></details></main><script>alert(1)</script>';
    const page = await pageOf(
      [
        `javascript:alert(1)//${planted}`,
        `https://a@b.example/${planted}?k=${planted}`,
        '',
        'data:text/html,x',
        planted,
        '\u202e',
      ].map((url): Recorded => ({ url, say: planted, messages: [user(planted)] })),
    );
    expect(page.all('img, script, [onerror]')).toEqual([]);
    expect(page.all('a').map((link) => link.getAttribute('href')?.[0])).toEqual(page.all('a').map(() => '#'));
    expect(page.all('details.cassette-call')).toHaveLength(6);
    expect(page.html).not.toContain('\u202e');
    expect(page.texts('h2')[1]).not.toContain('a@b');
  });

  it('shortens the messages after the page has enough text', async () => {
    const long = 'word '.repeat(9_000);
    const page = await pageOf(Array.from({ length: 50 }, (_, index) => ({ say: `${index} ${long}` })));
    expect(page.html.length).toBeLessThan(1_600_000);
    expect(page.texts('.cassette-call').at(-1)).toMatch(
      /… and 44,503 more characters in the file\. ?Long texts are cut\. Download the whole file$/,
    );
  });
});
