import { type Connection, query, RegistryError, VERSION } from '@fixture-registry/client/core';
import { type Finding, fail, ok, warn } from './finding.js';

/** What the registry says of a caller. */
export interface Access {
  version: string | null;
  viewer: {
    name: string;
    access: { isKnown: boolean; scope: 'READ' | 'WRITE' | 'ADMIN' | null; writesOnly: string[] };
  };
  repository: { defaultBranch: string; visibility: 'PUBLIC' | 'PRIVATE' } | null;
}

const TEXT = `query Access($owner: String!, $name: String!) {
  version
  viewer { name access(owner: $owner, name: $name) { isKnown scope writesOnly } }
  repository(owner: $owner, name: $name) { defaultBranch visibility }
}`;

/**
 * Fetches what the token of the connection may do.
 * @returns null if the registry runs a release that does not say
 * @throws RegistryError, with the code UNAUTHENTICATED for an invalid token
 */
export async function fetchAccess(connection: Connection): Promise<Access | null> {
  try {
    return await query<Access>(connection, TEXT, { ...connection.repository });
  } catch (error) {
    // Its schema lacks the fields.
    if (error instanceof RegistryError && error.code === 'INVALID') return null;
    throw error;
  }
}

/** Checks the version, the token and the repository. @param advice how to get a token */
export function checkAccess(access: Access | null, connection: Connection, advice: string): Finding[] {
  if (access === null) {
    return [
      warn(
        'registry',
        'it runs an earlier release, which does not say what a token may do',
        'upgrade the registry',
      ),
    ];
  }
  return [
    ...checkVersion(access.version),
    checkToken(access, connection, advice),
    checkRepository(access, connection),
  ];
}

/** Compares the versions. Within a major version, each client works with each registry. */
export function checkVersion(version: string | null): Finding[] {
  if (version === null) return [];
  const text = `it runs version ${version}, and this is fixtures ${VERSION}`;
  if (majorOf(version) !== majorOf(VERSION)) {
    return [warn('registry', text, 'use the same major version for both; upgrade the registry first')];
  }
  return [ok('registry', text)];
}

function majorOf(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}

function checkToken({ viewer, repository }: Access, { token }: Connection, advice: string): Finding {
  if (token === null) {
    return repository === null
      ? fail('token', 'there is none, and the repository is not public', advice)
      : warn('token', 'there is none: it can pull, but not push', advice);
  }
  const { scope, writesOnly } = viewer.access;
  const limits = writesOnly.length === 0 ? '' : `, limited to ${writesOnly.join(' and ')}`;
  const text = `${viewer.name}: ${scope === null ? 'no scope' : `scope ${scope.toLowerCase()}`}${limits}`;
  if (scope === null)
    return fail(
      'token',
      `${text} in this repository`,
      'create a token for this repository: `fixture-registry token create`',
    );
  if (scope === 'READ')
    return warn('token', `${text}: it can pull, but not push`, 'create a token with the scope write');
  return ok('token', text);
}

function checkRepository({ repository, viewer }: Access, connection: Connection): Finding {
  const slug = `${connection.repository.owner}/${connection.repository.name}`;
  if (repository !== null) {
    const { defaultBranch, visibility } = repository;
    return ok(
      'repository',
      `${slug} is known, ${visibility.toLowerCase()}; its default branch is ${defaultBranch}`,
    );
  }
  if (viewer.access.scope === 'ADMIN') {
    return warn(
      'repository',
      `${slug} is not known yet`,
      'push to create it: `npx @fixture-registry/cli init`',
    );
  }
  return fail(
    'repository',
    `${slug} is not known, or the token cannot read it`,
    'check --repository; an admin creates it with the first push',
  );
}
