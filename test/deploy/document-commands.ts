import { chmod, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Folder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

/** The programs behind `npx`, as they are in this checkout. */
const PROGRAMS = `#!/bin/sh
case "$1" in
  @fixture-registry/server) program=${CHECKOUT}/packages/registry/bin/fixture-registry.js ;;
  @fixture-registry/cli) program=${CHECKOUT}/packages/cli/bin/fixtures.js ;;
  *) echo "npx: unknown package $1" >&2; exit 1 ;;
esac
shift
exec "${process.execPath}" "$program" "$@"
`;

/**
 * Finds the code block that follows the comment `<!-- run by tests: NAME -->` in a document.
 * Returns its lines without their indentation.
 */
export async function commandsOf(document: string, name: string): Promise<string> {
  const text = await readFile(join(CHECKOUT, document), 'utf8');
  const [, after] = text.split(`<!-- run by tests: ${name} -->\n\n`);
  if (after === undefined) throw new Error(`${document} has no commands for "${name}"`);
  const lines = after.split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('    '));
  return lines
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.slice(4))
    .join('\n')
    .trim();
}

/** Runs commands of a document in a shell that stops at the first failure. */
export async function runCommands(
  folder: Folder,
  commands: string,
  environment: Record<string, string>,
  programs: string[] = [],
): Promise<Finished> {
  await folder.write({ 'bin/npx': PROGRAMS, 'commands.sh': commands });
  await chmod(join(folder.path, 'bin/npx'), 0o755);
  const path = [join(folder.path, 'bin'), ...programs, process.env['PATH'] ?? ''].join(delimiter);
  return run('sh', ['-eu', 'commands.sh'], { cwd: folder.path, env: { ...environment, PATH: path } });
}
