import { queryWithFallback } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import type { At } from '../connection/registry/target.js';

/** What to explain: a hash, a path, or the content of a file at a path. */
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
  /** The explained hash; null if neither the options nor the path contain one. */
  hash: string | null;
  hashStatus: string;
  /** The hashes of the request in the content, one per version of the recorder. */
  computedHashes: string[];
  /** Recordings under that hash. */
  found: ExplainedRecording[];
  /** The most similar recordings of the same test. */
  nearest: ExplainedRecording[];
  /** False if no content was given and the registry never had a recording of that hash or path. */
  known: boolean;
  /** The explanation for people. */
  text: string;
}

const RECORDING = 'path testId model hash hashStatus';
/** @param newFields fields that a registry of an earlier release does not have */
const explainQuery = (newFields: string) => `query Explain(
  $owner: String!, $name: String!, $at: At, $hash: String, $path: String, $content: String
) {
  repository(owner: $owner, name: $name) {
    explain(at: $at, hash: $hash, path: $path, content: $content) {
      hash hashStatus computedHashes ${newFields} text found { ${RECORDING} } nearest { ${RECORDING} }
    }
  }
}`;

/**
 * Explains why a recording is found or not: its key, and the most similar recordings.
 * @throws RegistryError
 */
export async function explain(connection: Connection, options: ExplainOptions): Promise<Explanation> {
  const { at, hash, path, content } = options;
  const { owner, name } = connection.repository;
  const variables = { owner, name, at, hash, path, content };
  const result = await queryWithFallback<{ repository: { explain: Explanation } | null }>(
    connection,
    { text: explainQuery('known'), variables },
    { text: explainQuery(''), variables },
  );
  const { explain } = expectRepository(connection, result.repository);
  return { ...explain, known: explain.known ?? (content !== undefined || explain.found.length > 0) };
}
