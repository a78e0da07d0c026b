import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

// `npm run check` lints schema.graphql; the rules must notice what they are for.

const LINTER = join(CHECKOUT, 'node_modules/.bin/graphql-schema-linter');
const schema = await readFile(join(CHECKOUT, 'schema.graphql'), 'utf8');

async function lint(text: string): Promise<string[]> {
  await using folder = await makeFolder();
  const file = join(folder.path, 'schema.graphql');
  await writeFile(file, text);
  const { stdout } = await run(LINTER, ['--format', 'json', file], { cwd: CHECKOUT });
  const { errors } = JSON.parse(stdout) as { errors: { rule: string }[] };
  return [...new Set(errors.map(({ rule }) => rule))];
}

it.each<[string, (text: string) => string, string[]]>([
  ['as it is', (text) => text, []],
  [
    'with a page that may lack its position',
    (text) => text.replace(/(type RecordingConnection [^}]*pageInfo: PageInfo)!/, '$1'),
    ['relay-connection-types-spec'],
  ],
  [
    'with a connection that takes no cursor',
    (text) => text.replace('type Query {', 'type Query {\n  """More."""\n  all: RecordingConnection!'),
    ['relay-connection-arguments-spec'],
  ],
  [
    'with a position that does not say whether there are more pages',
    (text) => text.replace(/(type PageInfo [^}]*hasNextPage: Boolean)!/, '$1'),
    ['relay-page-info-spec'],
  ],
  [
    'with an enum value without a description',
    (text) => text.replace(/"""[^"]*"""\s+MISMATCHED/, 'MISMATCHED'),
    ['enum-values-have-descriptions'],
  ],
])('the schema %s', async (_name, change, rules) => {
  const changed = change(schema);
  if (rules.length > 0) expect(changed).not.toBe(schema);
  expect(await lint(changed)).toEqual(rules);
});
