import type { DatabaseKind } from '../options.js';
import type { Surroundings } from '../results.js';
import { type Build, type Measured, PATIENCE } from './measured.js';

/** Seconds that a pull of another caller may take during an attack. */
const WANTED = 2;

const DATABASES: [DatabaseKind, string][] = [
  ['postgres', 'Postgres'],
  ['embedded', 'embedded'],
];

/**
 * A run as markdown: a row for each attack, a column for each database and build. Pure. @param before a
 * commit
 */
export function renderAttacks(all: Measured[], on: Surroundings, before: string | null): string {
  const columns = DATABASES.flatMap(([database, title]) =>
    (['before', 'after'] as const)
      .filter((build) => all.some((one) => one.database === database && one.build === build))
      .map((build) => ({ database, build, title: `${title}, ${build}` })),
  );
  const names = [...new Set(all.map(({ attack }) => attack))];
  const cellOf = (attack: string, database: DatabaseKind, build: Build) => {
    const found = all.find(
      (one) => one.attack === attack && one.database === database && one.build === build,
    );
    return found ? cell(found) : '';
  };
  return [
    `| attack | ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...names.map(
      (name) => `| ${name} | ${columns.map((one) => cellOf(name, one.database, one.build)).join(' | ')} |`,
    ),
    '',
    `Measured on ${on.date}, ${on.cores} cores, Node ${on.node}. ${verdict(all)}`,
    ...(before === null ? [] : [`"Before" is commit ${before}.`]),
  ].join('\n');
}

function cell({ ended, slowest, memory }: Measured): string {
  const mebibytes = `${Math.round(memory / 2 ** 20)} MiB`;
  if (ended === 'given up') return `**> ${PATIENCE} s**, ${mebibytes}`;
  const seconds = `${slowest.toFixed(2)} s`;
  if (ended === 'failed') return `**fails** after ${seconds}, ${mebibytes}`;
  return `${slowest > WANTED ? `**${seconds}**` : seconds}, ${mebibytes}`;
}

/** Says whether every pull of this checkout's build met what is wanted. */
function verdict(all: Measured[]): string {
  const after = all.filter(({ build }) => build === 'after');
  const missed = after.filter(({ ended, slowest }) => ended !== 'pulled' || slowest > WANTED);
  return missed.length === 0
    ? `All pulls after the change end within ${WANTED} s.`
    : `After the change ${missed.length} of ${after.length} figures are above ${WANTED} s.`;
}
