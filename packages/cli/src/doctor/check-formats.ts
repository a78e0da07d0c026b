import { type Connection, RegistryError, withCommas } from '@fixture-registry/client/core';
import { formatCounts } from '../formats/format-counts.js';
import { counted } from '../output/describe.js';
import { type Finding, ok, warn } from './finding.js';

/** Checks how the registry reads the recordings of the default branch. */
export async function checkFormats(connection: Connection, branch: string): Promise<Finding[]> {
  let counts: Awaited<ReturnType<typeof formatCounts>>;
  try {
    counts = await formatCounts(connection, branch);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return [
      warn('formats', `the registry did not count the recordings: ${error.message}`, 'run doctor again'),
    ];
  }
  if (counts === null || counts.total === 0) {
    return [
      warn(
        'formats',
        `the registry has no recordings of ${branch}`,
        'push them: `npx @fixture-registry/cli push`',
      ),
    ];
  }
  const { total, formats, unplayable } = counts;
  const opaque = formats.find(({ format }) => format === 'opaque')?.count ?? 0;
  const read = formats
    .filter(({ format }) => format !== 'opaque')
    .map(({ format, count }) => `${withCommas(count)} ${format}`);
  const findings: Finding[] = [];
  if (read.length > 0) findings.push(ok('formats', `${branch}: ${read.join(', ')}`));
  if (opaque > 0) {
    const text = `the registry cannot read ${withCommas(opaque)} of ${counted(total, 'recording')} of ${branch}, and keeps them as they are`;
    const fix =
      'leave other files out with `recordings` in .github/fixtures.yml; docs/formats.md lists the formats';
    findings.push(warn('formats', text, fix));
  }
  if (unplayable > 0) {
    const text = `the recorder will not find ${counted(unplayable, 'recording')} of ${branch}`;
    findings.push(
      warn('formats', text, '`npx @fixture-registry/cli explain FILE` says why, and `rekey` renames them'),
    );
  }
  return findings;
}
