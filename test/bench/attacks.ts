// How long another caller's pull of another repository takes while each attack of test/attacks/one-caller
// runs:
//   npm run bench:attacks -- [--before <built checkout>] [--database postgres|embedded|both]
//     [--only <part of an attack's name>] [--build before|after|both] [--seconds 10] [--results <file>]
// [--write] Prints a table; --write puts it into docs/attacks.md, for which all of it has to be measured.
// --results keeps the figures in a file, so that several runs can measure one table: each run replaces the
// figures that it measures again.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { attacksOf, REVIEWED } from '../attacks/one-caller/all.js';
import { makeFolder } from '../support/folder.js';
import { CHECKOUT } from '../support/registry.js';
import { measureAttack } from './attacks/measure-attack.js';
import type { Build, Measured } from './attacks/measured.js';
import { renderAttacks } from './attacks/render-attacks.js';
import { compileClient } from './contestants/compile-client.js';
import type { DatabaseKind } from './options.js';
import { surroundingsOf } from './surroundings.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/attacks.md', import.meta.url));
const SECTION = /(<!-- measured: npm run bench:attacks -->\n).*?(<!-- end of measured -->)/s;
const DATABASES: DatabaseKind[] = ['postgres', 'embedded'];

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    database: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    build: { type: 'string', default: 'both' },
    results: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});
const databases = DATABASES.filter((one) => values.database === 'both' || values.database === one);
const seconds = Number(values.seconds);
if (databases.length === 0 || !(seconds > 0))
  throw new Error('see the usage at the top of test/bench/attacks.ts');
const builds: [Build, string][] = [['after', CHECKOUT]];
if (values.before !== undefined) builds.unshift(['before', resolve(values.before)]);
const measuredBuilds = builds.filter(([build]) => values.build === 'both' || values.build === build);
const attacks = [null, ...attacksOf(REVIEWED)].filter((attack) => nameOf(attack).includes(values.only));
await using work = await makeFolder();
const attacker = await compileClient(join(work.path, 'attacker'), 'attacker');
const measured: Measured[] =
  values.results !== undefined && existsSync(values.results)
    ? (JSON.parse(await readFile(values.results, 'utf8')) as Measured[])
    : [];
for (const attack of attacks) {
  for (const database of databases) {
    for (const [build, root] of measuredBuilds) {
      const found = await measureAttack({ attack, database, root, seconds, attacker });
      const one: Measured = { attack: nameOf(attack), build, ...found };
      keep(one);
      if (values.results !== undefined) await writeFile(values.results, JSON.stringify(measured));
      console.error(
        `${one.attack} (${database}, ${build}): ${one.pulls} pulls, the slowest ${one.slowest.toFixed(2)} s, ${one.ended}, ${Math.round(one.memory / 2 ** 20)} MiB`,
      );
    }
  }
}
const order = [null, ...attacksOf(REVIEWED)].map(nameOf);
measured.sort((one, other) => order.indexOf(one.attack) - order.indexOf(other.attack));
const table = renderAttacks(measured, await surroundingsOf(1), await commitBefore());
console.log(table);
if (values.write) {
  const lacking = order.length * DATABASES.length * 2 - measured.length;
  if (lacking > 0)
    throw new Error(`--write needs all attacks, databases and builds: ${lacking} figures are not measured`);
  const before = await readFile(DOCUMENT, 'utf8');
  if (!SECTION.test(before)) throw new Error(`${DOCUMENT} lacks the markers of the measured table`);
  await writeFile(
    DOCUMENT,
    before.replace(SECTION, (_whole, start, end) => `${start}\n${table}\n\n${end}`),
  );
}

/** Adds a figure, or replaces the one that was measured before. */
function keep(one: Measured): void {
  const index = measured.findIndex(
    ({ attack, database, build }) =>
      attack === one.attack && database === one.database && build === one.build,
  );
  if (index < 0) measured.push(one);
  else measured[index] = one;
}

function nameOf(attack: { name: string } | null): string {
  return attack?.name ?? 'no attack';
}

async function commitBefore(): Promise<string | null> {
  if (values.before === undefined) return null;
  const words = ['-C', resolve(values.before), 'rev-parse', '--short=7', 'HEAD'];
  return (await promisify(execFile)('git', words)).stdout.trim();
}
