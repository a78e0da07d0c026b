import { query, UnknownFieldError } from '../../connection/graphql/query.js';
import { expectRepository } from '../../connection/graphql/typed-result.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';

/** A test that was renamed; or a file or a function, for all of its tests. */
export interface RenamedTest {
  from: string;
  to: string;
}

export interface LocalText {
  path: string;
  content: string;
}

/** The name for which the newest recorder looks; see `RecorderName` in the registry's schema. */
export interface RecorderName {
  path: string;
  status: 'CURRENT' | 'RENAME' | 'UNSOUND' | 'UNKNOWN';
  to: string | null;
  fitsTestId: string | null;
  reason: string;
}

const QUERY = `query RecorderNames(
  $owner: String!, $name: String!, $files: [NamedFileInput!]!, $renamedTests: [RenamedTestInput!]
) {
  repository(owner: $owner, name: $name) {
    recorderNames(files: $files, renamedTests: $renamedTests) { path status to fitsTestId reason }
  }
}`;

/**
 * Asks the registry under which names the newest recorder looks for the files, in their order.
 * @throws RegistryError, also if the registry runs a release without this query
 */
export async function recorderNames(
  connection: Connection,
  files: LocalText[],
  renamedTests: RenamedTest[],
): Promise<RecorderName[]> {
  const variables = { ...connection.repository, files, renamedTests };
  try {
    const result = await query<{ repository: { recorderNames: RecorderName[] } | null }>(
      connection,
      QUERY,
      variables,
    );
    return expectRepository(connection, result.repository).recorderNames;
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    throw new RegistryError('INVALID', 'This registry cannot rename recordings. Upgrade it first.');
  }
}
