// Writes the action's inputs and outputs from action.yml into the README, between its markers; with --check says
// whether the committed README is fresh.

import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';

const readme = new URL('../README.md', import.meta.url);
const action = parse(await readFile(new URL('../action.yml', import.meta.url), 'utf8'));

const cell = (text) => String(text).trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
const shown = (value) => (value === undefined || value === '' ? '' : `\`${cell(value)}\``);

const inputs = [
  '| input | what it is | default |',
  '|---|---|---|',
  ...Object.entries(action.inputs).map(
    ([name, { description, default: value, required }]) =>
      `| \`${name}\` | ${cell(description)} | ${required ? 'required' : shown(value)} |`,
  ),
].join('\n');
const outputs = [
  '| output | what it is |',
  '|---|---|',
  ...Object.entries(action.outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  ),
].join('\n');

const before = await readFile(readme, 'utf8');
let after = before;
for (const [name, table] of [
  ['inputs', inputs],
  ['outputs', outputs],
]) {
  const section = new RegExp(`(<!-- ${name}: from action.yml -->\n).*?(<!-- end of ${name} -->)`, 's');
  if (!section.test(after)) throw new Error(`README.md lacks the markers of the ${name}`);
  after = after.replace(section, (_whole, start, end) => `${start}\n${table}\n\n${end}`);
}

if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('the tables in README.md are stale: run "npm run readme" and commit it');
    process.exitCode = 1;
  }
} else {
  await writeFile(readme, after);
}
