// Writes the list of attacks into docs/attacks.md, between its markers: every test of test/attacks by its
// title. With --check it fails when the committed list is stale, so the document cannot name a test that does
// not exist.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const document = new URL('../docs/attacks.md', import.meta.url);
const { stdout } = await promisify(execFile)(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'list', '--project', 'end-to-end', 'test/attacks/', '--json'],
  { cwd: new URL('..', import.meta.url), maxBuffer: 16 * 1024 * 1024 },
);
const tests = JSON.parse(stdout.slice(stdout.indexOf('[\n')));

const areas = new Map();
for (const { name, file } of tests) {
  const area = basename(file, '.test.ts');
  // The same attack on both databases is one attack.
  const title = name.replace(/,? (on )?(the )?(embedded( database)?|postgres)(?= >)/i, '');
  areas.set(area, (areas.get(area) ?? new Set()).add(title));
}
const cell = (text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
const count = [...areas.values()].reduce((sum, titles) => sum + titles.size, 0);
const lines = [`${count} attacks, each with a test:`];
for (const [area, titles] of [...areas].sort()) {
  lines.push('', `| ${area} (\`test/attacks/${area}.test.ts\`) |`, '|---|');
  for (const title of titles) lines.push(`| ${cell(title.split(' > ').filter(Boolean).join(': '))} |`);
}

const before = await readFile(document, 'utf8');
const section = /(<!-- attacks: from test\/attacks -->\n).*?(<!-- end of attacks -->)/s;
if (!section.test(before)) throw new Error('docs/attacks.md lacks the markers of the attacks');
const after = before.replace(section, (_whole, start, end) => `${start}\n${lines.join('\n')}\n\n${end}`);

if (!process.argv.includes('--check')) {
  await writeFile(document, after);
} else if (after !== before) {
  console.error('the attacks in docs/attacks.md are stale: run "npm run attacks" and commit it');
  process.exitCode = 1;
}
