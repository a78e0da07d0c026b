import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differing, missing } from '../check-comment.js';
import { DemoFailure, type Subject } from './subject.js';

const EXAMPLE = fileURLToPath(new URL('../../support-desk', import.meta.url));
const TEST_RUN = fileURLToPath(new URL('../test-runs/run-tests.ts', import.meta.url));
const CHAT = 'tests/integration/chat';

const HOLIDAY_TEST = `

@pytest.mark.parametrize("txt", [GPT, LLAMA], ids=lambda txt: f"txt={txt}")
def test_open_on_holidays(client, model):
    answer = client.chat.completions.create(
        model=model, messages=to_desk("Are you open on Boxing Day?"), temperature=0.2
    )
    assert "closed" in answer.choices[0].message.content
`;

/** The example repository, and a pull request whose report is known in advance. */
export function supportDesk(): Subject {
  return {
    repository: { owner: 'acme', name: 'support-desk' },
    title: 'examples/support-desk: recordings of OGX, and cassettes of pytest-recording',
    writeMain: (folder) => cp(EXAMPLE, folder, { recursive: true }),
    pullRequest: { number: 7, title: 'Say when we are closed; summaries with a seed', branch: 'holidays' },
    async writePullRequest(folder) {
      await edit(join(folder, CHAT, 'test_answers.py'), (text) => text + HOLIDAY_TEST);
      await edit(join(folder, CHAT, 'test_summary.py'), (text) =>
        text
          .replace(
            '    options = {"max_tokens": max_tokens}\n',
            '$&    if txt == GPT:\n        options["seed"] = 7\n',
          )
          .replace('(client, model, max_tokens)', '(client, model, txt, max_tokens)'),
      );
    },
    testRunIs: 'the tests replay what was pulled; those that the author asked for are recorded again',
    testRun: [TEST_RUN],
    check: (comment, drift) => [
      ...differing(drift, {
        added: 2,
        removed: 0,
        changed: 5,
        rekeyed: 1,
        moved: 0,
        behaviour: 2,
        content: 1,
        cosmetic: 3,
        metadata: 0,
      }),
      ...missing(comment, EXPECTED_IN_COMMENT),
    ],
    [Symbol.asyncDispose]: async () => {},
  };
}

/** What the comment must contain. */
const EXPECTED_IN_COMMENT: Record<string, RegExp> = {
  'the changed tool call':
    /`open_ticket` with `priority: "urgent"` instead of `"normal"`.*test_angry_customer_gets_a_ticket/,
  'the changed tool call of a cassette':
    /`book_slot` with `confirm_by: "email"` instead of `"sms"`.*test_books_a_slot/,
  'the reworded answer': /in other words, same numbers and names.*test_return_policy/,
  'the changed request': /`seed` added.*test_summary_of_a_thread/,
  'the new recordings': /2 new, by test file.*test_answers\.py/s,
  // One of them is the summary: under its new hash the recorder gives its response another id.
  'the cosmetic changes': /\[3 cosmetic\]/,
};

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  if (after === before)
    throw new DemoFailure(`${file} does not have the text that the demo's pull request changes`);
  await writeFile(file, after);
}
