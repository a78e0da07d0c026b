import { resolve } from 'node:path';
import type { DatabaseLocation } from './database/connect.js';
import { parseRepositoryName } from './repositories/repository.js';

/** What the environment says; see the table in the README. */
export interface Configuration {
  database: DatabaseLocation;
  /** Null: the address that the server listens on. Without a slash at its end. */
  publicUrl: string | null;
  adminToken: string | null;
}

/** Something in the environment or on the command line is wrong: the message says what, and what to do. */
export class UsageError extends Error {}

/** Reads and checks the environment. Throws `UsageError`. */
export function readConfiguration(environment: Record<string, string | undefined>): Configuration {
  const get = (name: string) => environment[name]?.trim() || null;
  const url = get('DATABASE_URL');
  if (url !== null && !/^postgres(ql)?:\/\//.test(url)) {
    // The value is not shown: it may hold a password.
    throw new UsageError(
      'DATABASE_URL must begin with postgres://; leave it out to use the embedded database',
    );
  }
  const publicUrl = get('FIXTURE_REGISTRY_PUBLIC_URL');
  if (publicUrl !== null && !/^https?:\/\/[^/?#]+(\/[^?#]*)?$/.test(publicUrl)) {
    throw new UsageError(`FIXTURE_REGISTRY_PUBLIC_URL must be an http or https address, not "${publicUrl}"`);
  }
  const adminToken = get('FIXTURE_REGISTRY_ADMIN_TOKEN');
  if (adminToken !== null && (adminToken.length < 16 || /\s/.test(adminToken))) {
    throw new UsageError(
      'FIXTURE_REGISTRY_ADMIN_TOKEN must have 16 characters or more, none of them a space',
    );
  }
  return {
    database:
      url === null ? { directory: resolve(get('FIXTURE_REGISTRY_DATA') ?? '.fixture-registry') } : { url },
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    adminToken,
  };
}

/** Reads a time span such as `90d`, `12h` or `30m`, in milliseconds. Throws `UsageError`. */
export function parseTimeSpan(text: string): number {
  const match = /^(\d{1,5})([mhdw])$/.exec(text);
  const amount = Number(match?.[1]);
  if (!match || amount === 0) {
    throw new UsageError(`"${text}" is no time span: write a number with m, h, d or w, such as 90d`);
  }
  const minutes = { m: 1, h: 60, d: 1_440, w: 10_080 }[match[2] as 'm' | 'h' | 'd' | 'w'];
  return amount * minutes * 60_000;
}

/** Reads `owner/name`. Throws `UsageError`. */
export function requireRepositoryName(fullName: string): { owner: string; name: string } {
  const parsed = parseRepositoryName(fullName);
  if (!parsed) throw new UsageError(`"${fullName}" is no repository: write owner/name`);
  return parsed;
}
