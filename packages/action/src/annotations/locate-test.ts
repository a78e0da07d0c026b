import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LocateTest } from './choose-annotations.js';

/** A longer file is annotated at its first line. */
const MAX_BYTES = 1_048_576;

/**
 * Returns a function that finds tests in the checkout. Test ids come from recordings: a file outside the
 * checkout, also through a symbolic link, counts as absent.
 * @param directory absolute path of the checkout
 * @param workspace absolute path of the folder that annotations are relative to
 */
export function testLocator(directory: string, workspace: string): LocateTest {
  return (file, test) => {
    const found = fileInside(directory, file);
    if (found === null) return null;
    const relative = path.relative(workspace, path.resolve(directory, file)).split(path.sep).join('/');
    if (relative.startsWith('../')) return null;
    return { file: relative, line: lineOf(found, test) };
  };
}

function fileInside(directory: string, file: string): string | null {
  if (file === '' || file.includes('\0') || path.isAbsolute(file)) return null;
  try {
    const [root, real] = [realpathSync(directory), realpathSync(path.resolve(directory, file))];
    return real.startsWith(root + path.sep) && statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

/** The line that defines a test function, in Python or in a language with `function` or `it('name'`. */
function lineOf(file: string, test: string): number | null {
  if (test === '' || statSync(file).size > MAX_BYTES) return null;
  const name = test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const definition = new RegExp(`^\\s*(?:async\\s+)?(?:def|function|func)\\s+${name}\\s*\\(`);
  const index = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => definition.test(line));
  return index < 0 ? null : index + 1;
}
