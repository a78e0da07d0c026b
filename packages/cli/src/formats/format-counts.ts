import { type Connection, query } from '@fixture-registry/client/core';

/** The formats that a registry names in `Recording.format`. */
const FORMATS = [
  ...['ogx', 'vcrpy', 'vcr', 'go-vcr', 'har', 'httprr', 'nock', 'test-proxy', 'dd-trace', 'aimock'],
  'opaque',
];

/** How the registry reads the recordings of a branch. */
export interface FormatCounts {
  total: number;
  /** The formats that occur, the most frequent first. */
  formats: { format: string; count: number }[];
  /** The recordings that no recorder finds, because of their names or folders. */
  unplayable: number;
}

/** Conditions whose recordings are counted, by name. */
const CONDITIONS: readonly [name: string, filter: string][] = [
  ...FORMATS.map((format): [string, string] => [format, `{ format: "${format}" }`]),
  ['MISNAMED', '{ playable: MISNAMED }'],
  ['MISPLACED', '{ playable: MISPLACED }'],
  ['OUTDATED', '{ playable: OUTDATED }'],
];

/** Conditions per request: the registry limits the cost of each. */
const PER_REQUEST = 4;

/**
 * Counts the recordings of a branch by format.
 * @returns null if the branch has no snapshot, or the token cannot read the repository
 * @throws RegistryError
 */
export async function formatCounts(connection: Connection, branch: string): Promise<FormatCounts | null> {
  const total = await recordingCount(connection, branch);
  if (total === null) return null;
  const counts = new Map<string, number>();
  for (let at = 0; at < CONDITIONS.length; at += PER_REQUEST) {
    await countInto(counts, connection, branch, CONDITIONS.slice(at, at + PER_REQUEST));
  }
  const count = (name: string) => counts.get(name) ?? 0;
  const formats = FORMATS.map((format) => ({ format, count: count(format) }))
    .filter((each) => each.count > 0)
    .sort((one, other) => other.count - one.count);
  return { total, formats, unplayable: count('MISNAMED') + count('MISPLACED') + count('OUTDATED') };
}

async function countInto(
  counts: Map<string, number>,
  connection: Connection,
  branch: string,
  conditions: typeof CONDITIONS,
): Promise<void> {
  const selections = conditions.map(
    ([, filter], index) => `c${index}: recordings(at: $at, filter: ${filter}, first: 1) { totalCount }`,
  );
  const text = `query Formats($owner: String!, $name: String!, $at: At!) {
    repository(owner: $owner, name: $name) { ${selections.join('\n')} }
  }`;
  const variables = { ...connection.repository, at: { branch } };
  type Result = { repository: Record<string, { totalCount: number }> | null };
  const { repository } = await query<Result>(connection, text, variables);
  for (const [index, [name]] of conditions.entries())
    counts.set(name, repository?.[`c${index}`]?.totalCount ?? 0);
}

/**
 * The number of recordings in the newest snapshot of a branch; null if there is none, or the token
 * cannot read the repository.
 * @throws RegistryError
 */
export async function recordingCount(connection: Connection, branch: string): Promise<number | null> {
  const text = `query Recordings($owner: String!, $name: String!, $at: At!) {
    repository(owner: $owner, name: $name) { snapshot(at: $at) { recordingCount } }
  }`;
  const variables = { ...connection.repository, at: { branch } };
  type Result = { repository: { snapshot: { recordingCount: number } | null } | null };
  const { repository } = await query<Result>(connection, text, variables);
  return repository?.snapshot?.recordingCount ?? null;
}
