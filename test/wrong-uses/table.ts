import type { Finished } from '../support/process.js';
import { SECTIONS } from './cases.js';
import { WRONG_REQUESTS } from './requests.js';
import { startWorld, type World } from './world.js';

/** A wrong use that was run. */
export interface Outcome {
  command: string;
  situation: string;
  message: string;
  status: number | null;
}

const INTRODUCTION = `# Wrong uses

What the commands print when you use them wrongly, and the exit status. A test runs every line of these tables with the real
commands and a real registry. \`npm run wrong-uses\` writes the page.

Exit status 1: what you asked for failed or does not exist. Exit status 2: the command itself is wrong. Both fail the step of a
workflow. \`PORT\` replaces the port, and \`ID\` the id of the request in the registry's log.
`;

/** Runs every wrong use. @returns the page docs/wrong-uses.md, and what it shows */
export async function runWrongUses(): Promise<{ page: string; outcomes: Outcome[] }> {
  await using world = await startWorld();
  const outcomes: Outcome[] = [];
  const parts = [INTRODUCTION];
  for (const { title, uses } of SECTIONS) {
    const rows = [];
    for (const { command, situation, run } of uses) {
      const { status, stdout, stderr } = await run(world);
      const outcome = { command, situation, status, message: messageOf(world, { status, stdout, stderr }) };
      outcomes.push(outcome);
      rows.push([`\`${command}\``, situation, markdownOf(outcome.message), String(status)]);
    }
    parts.push(`## ${title}\n\n${tableOf(['command', 'situation', 'message', 'exit status'], rows)}`);
  }
  parts.push(
    `## Requests\n\nRequests to \`POST /graphql\`, unless the line names another.\n\n${await requestTable(world)}`,
  );
  return { page: `${parts.join('\n')}`, outcomes };
}

async function requestTable(world: World): Promise<string> {
  const rows = [];
  for (const { request, send } of WRONG_REQUESTS) {
    const response = await send(world);
    rows.push([request, markdownOf(stable(world, errorIn(await response.text()))), String(response.status)]);
  }
  return tableOf(['request', 'message', 'HTTP status'], rows);
}

/** The message of a GraphQL or HTTP error; the data of a response without error. */
function errorIn(body: string): string {
  const parsed = JSON.parse(body) as {
    errors?: { message: string }[];
    error?: { message: string };
    data?: unknown;
  };
  const [message] = [parsed.errors?.map((error) => error.message).join('\n'), parsed.error?.message].filter(
    Boolean,
  );
  return message ?? JSON.stringify({ data: parsed.data });
}

/** What a person reads: the errors, or the result of a command that writes none. */
function messageOf(world: World, { stdout, stderr }: Finished): string {
  return stable(world, (stderr.trim() === '' ? stdout : stderr).trim());
}

/** The same text in every run: without ports, folders and ids. */
function stable({ data, checkout, strangeRemote, openHome }: World, text: string): string {
  let result = text;
  for (const { path } of [data, checkout, strangeRemote, openHome]) result = result.replaceAll(path, '~');
  return result
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID');
}

/** Text as it is, in a cell of a table. Within code, only `|` is special. */
function markdownOf(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines
    .map((line) =>
      line
        .split(/(`[^`]+`)/)
        .map(partOf)
        .join(''),
    )
    .join('<br>');
}

function partOf(part: string, index: number): string {
  const isCode = index % 2 === 1;
  if (isCode) return part.replaceAll('|', '\\|');
  return part.replace(/[\\|<>*_]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`));
}

function tableOf(header: string[], rows: string[][]): string {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
