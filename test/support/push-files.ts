import { digestOf, pack, readArchive, unpack, writeArchive } from '@fixture-registry/protocol';
import type { TestRegistry } from './registry.js';

export type Files = Record<string, string | Uint8Array>;
export type RefArgument = { branch: string } | { pullRequest: number; base?: string };

export interface Push {
  repository: string;
  ref: RefArgument;
  add?: Files;
  remove?: string[];
  commit?: string;
  candidates?: string[];
  baseline?: string;
  since?: string;
  sinceAt?: string;
  defaultBranch?: string;
  setDefaultBranch?: boolean;
  title?: string;
  author?: string;
  settings?: string;
  fromFork?: boolean;
  /** A `UseInput`. */
  use?: object;
  token?: string;
}

export interface Pushed {
  snapshot: { id: string; version: number; commit: string | null; recordingCount: number };
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  baseline: { id: string; version: number } | null;
  baselineReason: string;
  problems: { path: string; problem: string }[];
  warnings: string[];
  defaultBranchChange: string | null;
}

/** The result of the mutation, of any type. */
export type PushAnswer = { __typename: string; message?: string; digests?: string[] } & Partial<Pushed>;

/**
 * Pushes by the protocol, without the client: the mutation, an upload of missing contents, the
 * mutation again.
 */
export async function pushFiles(registry: TestRegistry, push: Push): Promise<Pushed> {
  let answer = await askToPush(registry, push);
  if (answer.__typename === 'ContentMissing') {
    const missing = new Set(answer.digests);
    const contents = Object.values(push.add ?? {}).filter((bytes) =>
      missing.has(digestOf(Buffer.from(bytes))),
    );
    await upload(registry, push.repository, contents, push.token);
    answer = await askToPush(registry, push);
  }
  if (answer.__typename !== 'Push') throw new Error(`${answer.__typename}: ${answer.message}`);
  return answer as Pushed;
}

/** Sends the mutation only; returns its result of any type. */
export async function askToPush(registry: TestRegistry, push: Push): Promise<PushAnswer> {
  const { repository, add = {}, token, ...rest } = push;
  const input = {
    ...ownerAndName(repository),
    ...rest,
    add: Object.entries(add).map(([path, content]) => {
      const bytes = Buffer.from(content);
      return { path, digest: digestOf(bytes), size: bytes.length };
    }),
  };
  const ask = (more: string) =>
    registry.ask<{ push: PushAnswer }>(pushOf(more), { input }, token).then(({ push }) => push);
  try {
    return await ask('warnings defaultBranchChange');
  } catch (error) {
    // The previous release does not know these fields.
    if (!/Cannot query field "(?:warnings|defaultBranchChange)"/.test((error as Error).message)) throw error;
    return ask('');
  }
}

/** The response to an upload. */
export interface Receipt {
  stored: number;
  present: number;
  refused: { digest: string; message: string }[];
}

/** Uploads contents without a push. */
export async function upload(
  registry: TestRegistry,
  repository: string,
  contents: (string | Uint8Array)[],
  token?: string,
): Promise<Receipt> {
  return send(registry, repository, await archiveOf(contents), token);
}

/** Sends an archive as it is, whole or in pieces, and expects success. */
export async function send(
  registry: TestRegistry,
  repository: string,
  archive: Uint8Array | AsyncIterable<Uint8Array>,
  token?: string,
): Promise<Receipt> {
  const response = await put(registry, repository, archive, token);
  if (response.status !== 200) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return (await response.json()) as Receipt;
}

/** The same, but returns any response. */
export function put(
  registry: TestRegistry,
  repository: string,
  archive: Uint8Array | AsyncIterable<Uint8Array>,
  token = registry.adminToken,
): Promise<Response> {
  return fetch(`${registry.url}/-/${repository}/content`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/zip' },
    body: archive as NonNullable<RequestInit['body']>,
    duplex: 'half',
  } as RequestInit);
}

/** The archive of an upload: every content once, named by its digest. */
export async function archiveOf(contents: (string | Uint8Array)[]): Promise<Buffer> {
  const unique = new Map(contents.map((content) => [digestOf(Buffer.from(content)), Buffer.from(content)]));
  const chunks: Uint8Array[] = [];
  const entries = [...unique].map(([name, bytes]) => ({ name, ...pack(bytes) }));
  for await (const chunk of writeArchive(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The state to pull. */
export interface PullQuestion {
  ref?: RefArgument;
  at?: { branch?: string; pullRequest?: number; commit?: string; snapshot?: string };
  candidates?: string[];
  baseline?: string;
  selection?: { tests?: string[]; models?: string[]; paths?: string[] };
  have?: string;
}

export interface Plan {
  __typename: string;
  message?: string;
  snapshot: { id: string; version: number };
  baseline: { id: string; version: number } | null;
  baselineReason: string;
  unchanged: boolean;
  files: { path: string; digest: string; size: number }[];
  purged: { path: string; digest: string }[];
}

/** The plan of a pull; returns a typed failure unchanged. */
export async function planOf(
  registry: TestRegistry,
  repository: string,
  question: PullQuestion,
  token = registry.adminToken,
): Promise<Plan> {
  const variables = { ...ownerAndName(repository), ...question };
  type Answer = { repository: { pullPlan: Plan } | null };
  const answer = await registry.ask<Answer>(PLAN, variables, token);
  if (!answer.repository) throw new Error(`no repository ${repository}`);
  return answer.repository.pullPlan;
}

/** The files that a pull would write: path → text. */
export async function pullFiles(
  registry: TestRegistry,
  repository: string,
  question: PullQuestion,
): Promise<Record<string, string>> {
  const plan = await planOf(registry, repository, question);
  if (plan.__typename !== 'PullPlan') throw new Error(`${plan.__typename}: ${plan.message}`);
  const response = await fetch(`${registry.url}/-/${repository}/content`, {
    method: 'POST',
    headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ digests: plan.files.map((file) => file.digest) }),
  });
  if (!response.ok || !response.body) throw new Error(`download: ${response.status}`);
  const bounds = { maximumEntryBytes: 1 << 28, maximumEntries: 200_000 };
  const contents = new Map<string, string>();
  for await (const entry of readArchive(response.body as AsyncIterable<Uint8Array>, bounds)) {
    contents.set(entry.name, unpack(entry).toString());
  }
  return Object.fromEntries(plan.files.map(({ path, digest }) => [path, contents.get(digest) ?? 'MISSING']));
}

export function ownerAndName(repository: string): { owner: string; name: string } {
  const [owner = '', name = ''] = repository.split('/');
  return { owner, name };
}

const pushOf = (more: string) => `mutation ($input: PushInput!) {
  push(input: $input) {
    __typename
    ... on Problem { message }
    ... on ContentMissing { digests }
    ... on Push {
      snapshot { id version commit recordingCount } created added changed removed unchanged
      baseline { id version } baselineReason problems { path problem } ${more}
    }
  }
}`;

const PLAN = `query ($owner: String!, $name: String!, $ref: RefInput, $at: At, $candidates: [String!],
    $baseline: String, $selection: SelectionInput, $have: ID) {
  repository(owner: $owner, name: $name) {
    pullPlan(ref: $ref, at: $at, candidates: $candidates, baseline: $baseline, selection: $selection, have: $have) {
      __typename
      ... on Problem { message }
      ... on PullPlan {
        snapshot { id version } baseline { id version } baselineReason unchanged
        files { path digest size } purged { path digest }
      }
    }
  }
}`;
