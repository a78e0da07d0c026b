import { constants, readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { readUnnoticed } from '@fixture-registry/client/core';
import { type ExplainOptions, explain } from '@fixture-registry/client/explain';
import { existingState } from '../options/existing-state.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { statOrNull } from '../options/require-directory.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { print } from '../output/describe.js';

const DONE = 0;
const FAILED = 1;

/** Maximum bytes of a file to send with its content. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Runs `fixtures explain`.
 * @returns the exit status: 1 if the registry never had a recording of that hash or path
 * @throws UsageError, LocalError, RegistryError
 */
export async function runExplain(subject: string, options: Options & { testId?: string }): Promise<number> {
  const { log } = openConsole();
  const connection = await openConnection(options, log);
  const explained = subjectOf(subject, options.directory);
  const at = await existingState(connection, options, { log, used: 'searched' });
  const explanation = await explain(connection, {
    ...explained,
    ...(at !== undefined && { at }),
    ...(options.testId !== undefined && { testId: options.testId }),
  });
  print(options.json, explanation, explanation.text.trimEnd().split('\n'));
  return explanation.known ? DONE : FAILED;
}

/**
 * Reads the argument of the command: a file on disk (with its content), else a request hash, else a
 * path.
 */
export function subjectOf(subject: string, directory: string): ExplainOptions {
  const file = fileAt(resolve(subject)) ?? fileAt(resolve(directory, subject));
  if (file === null)
    return /^[0-9a-f]{8,64}$/i.test(subject) ? { hash: subject.toLowerCase() } : { path: subject };
  const path = relative(resolve(directory), file).split(sep).join('/');
  if (path.startsWith('../') || isAbsolute(path)) {
    throw new UsageError(`${subject} is outside the directory ${directory}: use --directory`);
  }
  if (statSync(file).size > MAX_BYTES) return { path };
  const content = readUnnoticed(file, constants.O_RDONLY, (descriptor) => readFileSync(descriptor, 'utf8'));
  return { path, content };
}

function fileAt(file: string): string | null {
  return statOrNull(file)?.isFile() === true ? file : null;
}
