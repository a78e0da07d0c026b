import type { Call } from '../../test/support/recorder.js';
import { chat, embeddings, toolResult } from '../../test/support/recorder-answers.js';
import { testFile } from './ask.js';
import { EMBEDDER, GPT } from './models.js';

const search = testFile('search', 'test_knowledge_base');

const ARTICLES = [
  'How to true a wheel at home.',
  'Our guarantee: two years on frames, six months on parts.',
  'Which tyre fits which rim.',
];
const QUESTION = 'my wheel wobbles';

export const SEARCH_CALLS: Call[] = [
  search.embeddings('test_articles_are_indexed', EMBEDDER, ARTICLES, embeddings(EMBEDDER, ARTICLES)),
  search.embeddings('test_question_is_embedded', EMBEDDER, [QUESTION], embeddings(EMBEDDER, [QUESTION])),
  search.chat(
    'test_question_finds_its_article',
    GPT,
    [
      {
        role: 'system',
        content: [
          'Answer with the number of the article that helps.',
          ...ARTICLES.map((article, index) => `${index + 1}. ${article}`),
        ].join('\n'),
      },
      { role: 'user', content: QUESTION },
    ],
    { max_tokens: 2 },
    chat(GPT, { text: '1', usage: [52, 1] }),
  ),
  search.tool(
    'test_tyre_sizes_are_looked_up',
    GPT,
    'web_search',
    { query: 'tyre 28-622 fits rim' },
    toolResult({
      query: 'tyre 28-622 fits rim',
      results: [{ title: 'Tyre and rim widths', content: 'A 28 mm tyre fits rims of 15 to 21 mm.' }],
    }),
  ),
];
