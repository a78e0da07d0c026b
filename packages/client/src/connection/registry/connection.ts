import type { Timeouts } from './timeouts.js';

/** A registry, the credentials to use there, and the repository that requests are for. */
export interface Connection {
  /** The registry's address, e.g. `http://127.0.0.1:4000`; it may have a path. */
  registry: string;
  /**
   * A bearer token; null for anonymous access to public repositories. Sent only to the registry,
   * never logged.
   */
  token: string | null;
  repository: Repository;
  /** Where the program reads its token, and how to give another, for errors about the token. */
  tokenAdvice?: string;
  /**
   * Whether to allow http:// to another machine, which exposes the token and the recordings to the
   * network.
   */
  allowInsecure?: boolean;
  /** Replaces some of `DEFAULT_TIMEOUTS`. */
  timeouts?: Partial<Timeouts>;
  /** The `User-Agent` header, see `userAgent`. */
  userAgent: string;
  /** Receives plain lines for people: retries, ignored state. */
  log(line: string): void;
  /** Waits between two attempts; setTimeout by default. */
  wait?(milliseconds: number): Promise<void>;
}

export interface Repository {
  owner: string;
  name: string;
}

/** Parses `owner/name`; null for any other text. */
export function parseRepository(text: string): Repository | null {
  const [, owner, name] = /^([^/\s]+)\/([^/\s]+)$/.exec(text) ?? [];
  return owner === undefined || name === undefined ? null : { owner, name };
}

/**
 * The registry's address as the sync state stores it: without trailing slashes, and without
 * `/graphql`, which people copy from the address of its GraphQL page.
 */
export function registryAddress({ registry }: Pick<Connection, 'registry'>): string {
  return registry.replace(/\/+$/, '').replace(/\/graphql$/, '');
}

/** The advice about the token, to append to a sentence; empty if the program has none. */
export function adviceOnToken({ tokenAdvice }: Connection): string {
  return tokenAdvice === undefined ? '' : ` ${tokenAdvice}`;
}
