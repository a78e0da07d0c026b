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

/** The registry's address without trailing slashes, as the sync state stores it. */
export function registryAddress(connection: Connection): string {
  return connection.registry.replace(/\/+$/, '');
}
