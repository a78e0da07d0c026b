import { query, UnknownFieldError } from '../../connection/graphql/query.js';
import type { Connection } from '../../connection/registry/connection.js';

/** What may be a secret in the pushed files and did not prevent the push. Never contains a secret. */
export interface PossibleSecrets {
  totalCount: number;
  /** The number of recordings with findings. */
  fileCount: number;
  /** The most frequent first. */
  kinds: { kind: string; count: number }[];
  /** The first findings, masked. */
  findings: { path: string; digest: string; kind: string; place: string; masked: string }[];
}

/** The fields of a push for `PossibleSecrets`. */
export const POSSIBLE_SECRETS =
  'possibleSecrets { totalCount fileCount kinds { kind count } findings { path digest kind place masked } }';

type Response = { repository: { pullRequest: { possibleSecrets: PossibleSecrets } | null } | null };

/**
 * What may be a secret in the recordings of a pull request, whichever of its pushes brought it; null if the
 * registry does not say, or does not know the pull request.
 * @throws RegistryError
 */
export async function fetchPossibleSecrets(
  connection: Connection,
  pullRequest: number,
): Promise<PossibleSecrets | null> {
  const text = `query PossibleSecrets($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { ${POSSIBLE_SECRETS} } }
  }`;
  try {
    const variables = { ...connection.repository, number: pullRequest };
    const { repository } = await query<Response>(connection, text, variables);
    return repository?.pullRequest?.possibleSecrets ?? null;
  } catch (error) {
    if (error instanceof UnknownFieldError) return null;
    throw error;
  }
}
