import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LocalError, registryAddress } from '@fixture-registry/client/core';
import { configFolder } from './config-folder.js';
import { readPrivateFile, writePrivateFile } from './private-file.js';

/** The format of the file; a later one is refused rather than overwritten. */
const VERSION = 1;

interface TokenFile {
  version: typeof VERSION;
  /** Tokens by the address of their registry. */
  tokens: Record<string, string>;
}

/**
 * The file with the user's tokens; `fixtures login` writes it.
 * @throws LocalError for a user without a home folder, as in some containers
 */
export function tokenFile(environment: Record<string, string | undefined>): string {
  return join(configFolder(environment, process.platform, homeFolder()), 'tokens.json');
}

function homeFolder(): string {
  try {
    return homedir();
  } catch {
    throw new LocalError('This user has no home folder for tokens. Set HOME or XDG_CONFIG_HOME.');
  }
}

/**
 * The token that was stored for a registry; null if there is none. Scheme, host, port and path must
 * be those of the login: no other server may receive the token.
 * @throws LocalError if others may read the file, or if it is damaged
 */
export function storedToken(file: string, registry: string): string | null {
  const tokens = readTokens(file);
  const address = addressKey(registry);
  return Object.hasOwn(tokens, address) ? (tokens[address] ?? null) : null;
}

/** Stores the token for a registry, in place of an earlier one. @throws LocalError */
export function storeToken(file: string, registry: string, token: string): void {
  writeTokens(file, { ...readTokens(file), [addressKey(registry)]: token });
}

/** Removes the token for a registry. @returns whether there was one @throws LocalError */
export function removeToken(file: string, registry: string): boolean {
  const { [addressKey(registry)]: removed, ...remaining } = readTokens(file);
  if (removed === undefined) return false;
  if (Object.keys(remaining).length > 0) writeTokens(file, remaining);
  else rmSync(file, { force: true });
  return true;
}

/** An address as a key: scheme and host in lower case, without a default port or a trailing slash. */
export function addressKey(registry: string): string {
  return registryAddress({ registry: new URL(registry).href });
}

function readTokens(file: string): TokenFile['tokens'] {
  const text = readPrivateFile(file);
  if (text === null) return {};
  const content = parsed(text);
  if (content !== null) return content.tokens;
  throw new LocalError(`${file} is damaged, or was written by a later release. Remove it, and log in again.`);
}

function writeTokens(file: string, tokens: TokenFile['tokens']): void {
  const content: TokenFile = { version: VERSION, tokens };
  writePrivateFile(file, `${JSON.stringify(content, null, 2)}\n`);
}

function parsed(text: string): TokenFile | null {
  try {
    const content = JSON.parse(text) as Partial<TokenFile> | null;
    const { version, tokens } = content ?? {};
    const isMap = typeof tokens === 'object' && tokens !== null && !Array.isArray(tokens);
    if (version !== VERSION || !isMap) return null;
    return Object.values(tokens).every((token) => typeof token === 'string') ? (content as TokenFile) : null;
  } catch {
    return null;
  }
}
