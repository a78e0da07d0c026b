import type { Patience } from '../http/patience.js';

/** Where the registry is and as whom to speak to it, about which repository. */
export interface Connection {
  /** The registry's address, e.g. `http://127.0.0.1:4000`; may have a path. */
  registry: string;
  /** A bearer token; null to read what is public. It is sent to the registry alone and never logged. */
  token: string | null;
  repository: Repository;
  /** Whether http:// may be spoken to a registry on another machine, where anybody on the way can read the token and change recordings. */
  allowInsecure?: boolean;
  /** How long a registry may take; see `Patience`. Only tests are in a greater hurry than the defaults. */
  patience?: Partial<Patience>;
  /** What the program calls itself, see `userAgent`. */
  userAgent: string;
  /** Takes plain lines for a person: retries, state that is ignored. */
  log(line: string): void;
  /** Waits between two tries; setTimeout unless given. */
  wait?(milliseconds: number): Promise<void>;
}

export interface Repository {
  owner: string;
  name: string;
}

/** Reads `owner/name`; null when the text is something else. */
export function parseRepository(text: string): Repository | null {
  const [, owner, name] = /^([^/\s]+)\/([^/\s]+)$/.exec(text) ?? [];
  return owner === undefined || name === undefined ? null : { owner, name };
}

/** The registry's address without the slash at its end, as state remembers it. */
export function registryAddress(connection: Connection): string {
  return connection.registry.replace(/\/+$/, '');
}
