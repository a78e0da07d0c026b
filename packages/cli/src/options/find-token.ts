import { readFileSync } from 'node:fs';
import { askForSecret, canAsk, readStdin } from '../credentials/read-secret.js';
import { storedToken, tokenFile } from '../credentials/stored-tokens.js';
import { type Environment, given } from './given.js';
import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

/** A token, and what to append to errors about it. */
export interface FoundToken {
  token: string | null;
  advice: string;
}

/** Maximum characters of a file with a token; the longest tokens are those of workflows. */
const MAX_LENGTH = 16 * 1024;

/**
 * The token to send to a registry, from the first of these: `--token`, `--token-file`, stdin,
 * `FIXTURE_REGISTRY_TOKEN`, and the one that `fixtures login` stored for this registry.
 * @throws UsageError for a file or a stdin without a token; LocalError if the stored tokens cannot be used
 */
export async function findToken(
  options: Options,
  environment: Environment,
  registry: string,
): Promise<FoundToken> {
  const explicit = await explicitToken(options);
  if (explicit !== null) return explicit;
  const variable = given(environment['FIXTURE_REGISTRY_TOKEN']);
  if (variable !== null) return { token: variable, advice: 'The token comes from FIXTURE_REGISTRY_TOKEN.' };
  const stored = storedIn(environment, registry);
  if (stored !== null)
    return { token: stored, advice: 'The token is the stored one. Run `fixtures login` to replace it.' };
  return { token: null, advice: HOW_TO_GIVE_A_TOKEN };
}

/** A user without a home folder has no stored tokens, and needs none for a public repository. */
function storedIn(environment: Environment, registry: string): string | null {
  let file: string;
  try {
    file = tokenFile(environment);
  } catch {
    return null;
  }
  return storedToken(file, registry);
}

const HOW_TO_GIVE_A_TOKEN = 'Run `fixtures login`, use --token-file FILE, or set FIXTURE_REGISTRY_TOKEN.';

/** The token that an option names; null without such an option. @throws UsageError */
export async function explicitToken(options: Options): Promise<FoundToken | null> {
  const token = given(options.token);
  if (token !== null && token !== '-') return { token, advice: 'The token comes from --token.' };
  const file = given(options.tokenFile);
  if (token === null && file !== null)
    return { token: tokenIn(file), advice: `The token comes from ${file}.` };
  if (token !== '-' && options.tokenStdin !== true) return null;
  const read = canAsk() ? await askForSecret('Token: ') : await readStdin();
  if (read === '') throw new UsageError('--token-stdin: no token on stdin');
  return { token: requireOneWord(read, 'stdin'), advice: 'The token comes from stdin.' };
}

function tokenIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--token-file cannot be read: ${(error as Error).message}`);
  }
  if (text === '') throw new UsageError(`--token-file ${file} contains no token`);
  return requireOneWord(text, `--token-file ${file}`);
}

/** @throws UsageError for a text that cannot be a token, such as another file */
function requireOneWord(text: string, source: string): string {
  if (text.length <= MAX_LENGTH && !/\s/.test(text)) return text;
  throw new UsageError(`${source} must contain one token and nothing else`);
}
