import { queryWithFallback } from '../connection/graphql/query.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { At } from '../connection/registry/target.js';

/** What to explain: a hash, a path, or a file's content as it would be at that path. */
export interface ExplainOptions {
  at?: At;
  hash?: string;
  path?: string;
  content?: string;
}

export interface ExplainedRecording {
  path: string;
  testId: string | null;
  model: string | null;
  hash: string | null;
  hashStatus: string;
}

export interface Explanation {
  /** The hash in question; null when nothing says one. */
  hash: string | null;
  hashStatus: string;
  /** Hashes that the request in the content has, by the versions of the recorder. */
  computedHashes: string[];
  /** Recordings under that hash, */
  found: ExplainedRecording[];
  /** and those of the same test that are most like it. */
  nearest: ExplainedRecording[];
  /** False when no content was given and the registry never had a recording of that hash or path. */
  known: boolean;
  /** All of this in words. */
  text: string;
}

const RECORDING = 'path testId model hash hashStatus';
/** @param more fields that a registry of an earlier release does not know */
const queryOf = (more: string) => `query Explain(
  $owner: String!, $name: String!, $at: At, $hash: String, $path: String, $content: String
) {
  repository(owner: $owner, name: $name) {
    explain(at: $at, hash: $hash, path: $path, content: $content) {
      hash hashStatus computedHashes ${more} text found { ${RECORDING} } nearest { ${RECORDING} }
    }
  }
}`;

/** Asks why a recording is found or not: under which key it lies, and what comes nearest. */
export async function explain(connection: Connection, options: ExplainOptions): Promise<Explanation> {
  const { at, hash, path, content } = options;
  const { owner, name } = connection.repository;
  const variables = { owner, name, at, hash, path, content };
  const answer = await queryWithFallback<{ repository: { explain: Explanation } | null }>(
    connection,
    { text: queryOf('known'), variables },
    { text: queryOf(''), variables },
  );
  if (answer.repository === null) {
    throw new RegistryError('NOT_FOUND', `The registry has no repository ${owner}/${name} for this token.`);
  }
  const { explain } = answer.repository;
  return { ...explain, known: explain.known ?? (content !== undefined || explain.found.length > 0) };
}
