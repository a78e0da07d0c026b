// Writes the tables of inputs, outputs and environment variables into the documents, between their markers;
// with --check says whether the committed documents are fresh.

import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ENVIRONMENT_VARIABLES } from './environment-variables.js';

const checkout = new URL('..', import.meta.url);
const read = (path) => readFile(new URL(path, checkout), 'utf8');
const action = parse(await read('action.yml'));

const cell = (text) => String(text).trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
const code = (value) => (value === undefined || value === '' ? '' : `\`${cell(value)}\``);
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const inputs = Object.entries(action.inputs).map(([name, { description, default: value, required }]) => [
  code(name),
  cell(description),
  required ? 'required' : code(value),
]);
const outputs = Object.entries(action.outputs).map(([name, { description }]) => [
  code(name),
  cell(description),
]);
const variables = ENVIRONMENT_VARIABLES.map(([name, ...texts]) => [code(name), ...texts.map(cell)]);

/** Each table with its document and the marker that it follows. */
const tables = [
  {
    document: 'docs/workflow.md',
    begin: '<!-- inputs: from action.yml -->',
    end: '<!-- end of inputs -->',
    text: table(['input', 'description', 'default'], inputs),
  },
  {
    document: 'docs/workflow.md',
    begin: '<!-- outputs: from action.yml -->',
    end: '<!-- end of outputs -->',
    text: table(['output', 'description'], outputs),
  },
  {
    document: 'docs/self-hosting.md',
    begin: '<!-- environment: from scripts/environment-variables.js -->',
    end: '<!-- end of environment -->',
    text: table(['variable', 'meaning', 'default'], variables),
  },
];

const problems = await differencesFromConfiguration();
for (const document of new Set(tables.map((each) => each.document))) {
  const before = await read(document);
  const after = tables.filter((each) => each.document === document).reduce(withTable, before);
  if (!process.argv.includes('--check')) await writeFile(new URL(document, checkout), after);
  else if (after !== before) {
    problems.push(`the tables in ${document} are stale: run "npm run readme" and commit it`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function withTable(text, { document, begin, end, text: rows }) {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`${document} lacks the markers ${begin} and ${end}`);
  return `${text.slice(0, start)}${begin}\n\n${rows}\n\n${text.slice(stop)}`;
}

/** Compares the names in the table with those that the registry reads. */
async function differencesFromConfiguration() {
  const files = ['configuration.ts', 'doors/commands/read-sign-in.ts'];
  const sources = await Promise.all(files.map((file) => read(`packages/registry/src/${file}`)));
  const source = sources.join('\n');
  // Also names that the source keeps in a variable first.
  const used = new Set(source.match(/(?<=')(?:DATABASE|FIXTURE_REGISTRY|OTEL)_[A-Z0-9_]+(?=')/g));
  const listed = new Set(ENVIRONMENT_VARIABLES.map(([name]) => name));
  return [
    ...[...used].filter((name) => !listed.has(name)).map((name) => `the registry reads ${name}; add it`),
    ...[...listed].filter((name) => !used.has(name)).map((name) => `the registry does not read ${name}`),
  ].map((difference) => `scripts/environment-variables.js: ${difference}`);
}
