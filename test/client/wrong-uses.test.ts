import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/registry.js';
import { SECTIONS } from '../wrong-uses/cases.js';
import { WRONG_REQUESTS } from '../wrong-uses/requests.js';
import { type Outcome, runWrongUses } from '../wrong-uses/table.js';

let run: { page: string; outcomes: Outcome[] };

beforeAll(async () => {
  run = await runWrongUses();
});

const uses = SECTIONS.flatMap(({ uses }) => uses);

describe('wrong uses', () => {
  it('are many', () => expect(uses.length + WRONG_REQUESTS.length).toBeGreaterThanOrEqual(40));

  it.each(uses.map(({ command, situation }, index) => ({ command, situation, index })))(
    '$command ($situation) fails with a message',
    ({ index }) => {
      const { status, message } = run.outcomes[index] as Outcome;
      expect([1, 2]).toContain(status);
      expect(message.length).toBeGreaterThan(20);
      // A stack trace, the text of another program, or a secret helps nobody.
      expect(message).not.toMatch(/^\s*at .*:\d+:\d+|node:internal|an-admin-token|secret/m);
    },
  );

  it('are listed in docs/wrong-uses.md as they are: run npm run wrong-uses', async () => {
    expect(await readFile(join(CHECKOUT, 'docs/wrong-uses.md'), 'utf8')).toBe(run.page);
  });
});
