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
  /** The test that looks for the recording, when it is not the one in the content. */
  testId?: string;
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
  /** Whether the repository's recorder finds the file at its path; null for a hash, or an earlier registry. */
  playable: string | null;
  /** The hashes of the request in the content, one per version of the recorder. */
  computedHashes: string[];
  /** Recordings under that hash. */
  found: ExplainedRecording[];
  /** Recordings with the same request under names for which the newest recorder does not look. */
  foundByContent: ExplainedRecording[];
  /** For a file: the path for which the newest recorder looks. */
  looksFor: string | null;
  /** For a file that no recorder finds: a known test id with which its name fits its request. */
  fitsTestId: string | null;
  /** The most similar recordings of the same test. */
  nearest: ExplainedRecording[];
  /** False if no content was given and the registry never had a recording of that hash or path. */
  known: boolean;
  /** The explanation for people. */
  text: string;
}

const RECORDING = 'path testId model hash hashStatus';
const NEW_FIELDS = `known playable looksFor fitsTestId foundByContent { ${RECORDING} }`;
/**
 * @param newFields fields that a registry of an earlier release does not have
 * @param newArguments arguments that it does not have, declared and passed
 */
const explainQuery = (newFields: string, newArguments: [declared: string, passed: string]) => `query Explain(
  $owner: String!, $name: String!, $at: At, $hash: String, $path: String, $content: String${newArguments[0]}
) {
  repository(owner: $owner, name: $name) {
    explain(at: $at, hash: $hash, path: $path, content: $content${newArguments[1]}) {
      hash hashStatus computedHashes ${newFields} text found { ${RECORDING} } nearest { ${RECORDING} }
    }
  }
}`;

/**
 * Explains why a recording is found or not: its key, and the most similar recordings.
 * @throws RegistryError
 */
export async function explain(connection: Connection, options: ExplainOptions): Promise<Explanation> {
  const { at, hash, path, content, testId } = options;
  const { owner, name } = connection.repository;
  const earlier = { owner, name, at, hash, path, content };
  const operations = [
    {
      text: explainQuery(NEW_FIELDS, [', $testId: String', ', testId: $testId']),
      variables: { ...earlier, testId },
    },
    // An earlier registry would explain the recording for another test.
    ...(testId === undefined
      ? [
          { text: explainQuery('known', ['', '']), variables: earlier },
          { text: explainQuery('', ['', '']), variables: earlier },
        ]
      : []),
  ] as const;
  const result = await queryWithFallback<{ repository: { explain: Explanation } | null }>(
    connection,
    ...operations,
  );
  const { explain } = expectRepository(connection, result.repository);
  return {
    ...{ ...explain, foundByContent: explain.foundByContent ?? [] },
    ...{
      playable: explain.playable ?? null,
      looksFor: explain.looksFor ?? null,
      fitsTestId: explain.fitsTestId ?? null,
    },
    known: explain.known ?? (content !== undefined || explain.found.length > 0),
  };
}
