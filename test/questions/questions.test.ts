import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CHECKOUT } from '../support/registry.js';
import { inQueryOrder } from './in-query-order.js';
import { printResponse } from './print-response.js';
import { type Question, questionsIn, withResponses } from './questions-in.js';
import { type SupportDesk, startSupportDesk } from './support-desk.js';

// The queries of docs/graphql.md return what the document shows. `npm run questions` writes their responses.

const DOCUMENT = join(CHECKOUT, 'docs/graphql.md');
const markdown = await readFile(DOCUMENT, 'utf8');
const questions = questionsIn(markdown);

describe('docs/graphql.md', () => {
  let desk: SupportDesk;
  beforeAll(async () => {
    desk = await startSupportDesk(inject('postgresUrl'));
    if (process.env['WRITE_QUESTIONS'] !== '1') return;
    const responses: string[] = [];
    for (const question of questions) responses.push(await responseOf(question));
    await writeFile(DOCUMENT, withResponses(markdown, responses));
    // The tests below compare what was written.
    const written = questionsIn(await readFile(DOCUMENT, 'utf8'));
    for (const [position, question] of questions.entries()) Object.assign(question, written[position]);
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  async function responseOf({ query }: Question): Promise<string> {
    const data = await desk.registry.ask<object>(desk.calendar.toRegistry(query));
    return desk.calendar.toDocument(printResponse(inQueryOrder(data, query)));
  }

  it('has at least 15 questions, which its table lists in the same order', () => {
    const titles = questions.map(({ title }) => title);
    expect(new Set(titles).size).toBeGreaterThanOrEqual(15);
    expect([...markdown.matchAll(/^\| \[(.*?)\]\(#/gm)].map(([, title]) => title)).toEqual(titles);
  });

  it.each(questions.map((question) => [question.title, question] as const))(
    '%s',
    async (_title, question) => {
      const response = await responseOf(question);
      expect(response).toBe(question.response);
      // An empty list would prove nothing.
      expect(response).not.toMatch(/\[\]|"repository": null/);
    },
  );
});
