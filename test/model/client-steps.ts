import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type At, type PullSummary, pull, push, RegistryError } from '@fixture-registry/client';
import { readRecordings } from './read-recordings.js';
import { type Client, type Reality, same, targetOf } from './reality.js';
import { isPullRequest, type PushedChanges, type State } from './registry-truth.js';
import type { Edit, Exactly, Place, Step } from './steps.js';

type Of<Kind extends Step['do']> = Extract<Step, { do: Kind }>;

/** Prunes without the guard against removing too much: every prune of the model is intended. */
const PRUNE = { prune: 'force' } as const;

/** Changes files in a client's folder and pushes them; the registry may be killed meanwhile. */
export async function pushStep(reality: Reality, step: Of<'push'>): Promise<void> {
  const { truth } = reality;
  const client = reality.client(step.client);
  const { ref, base, candidates = [] } = step.to;
  await editDisk(reality, client, step.edits);
  const state = truth.planned(ref, base, candidates);
  const held = step.prune ? splitOf(reality, state) : null;
  const changes: PushedChanges = { ...step.to, commit: step.commit, ...client.truth.changes(ref, held) };
  const pushing = push(reality.connection(client), {
    directory: client.folder,
    target: targetOf(step.to),
    candidates,
    ...(step.commit !== undefined && { commit: step.commit }),
    ...(step.prune ? PRUNE : {}),
  }).catch((error: unknown) => error as Error);
  if (step.killAfter !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, step.killAfter));
    await reality.restart('kill');
  }
  const pushed = await pushing;
  if (truth.refusesPush(changes)) {
    return same('a push of a purged content', codeOf(pushed), 'INVALID');
  }
  if (pushed instanceof Error) throw pushed;
  const expected = truth.push(changes);
  const { snapshot, created, added, changed, removed } = pushed;
  const counts = { added: expected.added, changed: expected.changed, removed: expected.removed };
  // When a kill loses the response, the retry succeeds and finds everything stored.
  const isLost = step.killAfter !== undefined && !created;
  if (!isLost)
    same(
      'what the push changed',
      { created, added, changed, removed },
      { created: expected.created, ...counts },
    );
  same('the version after the push', snapshot.version, expected.version);
  reality.acknowledge(snapshot, truth.filesOf(expected.state));
  const answered = {
    snapshot: snapshot.id,
    version: snapshot.version,
    baseline: pushed.baseline?.id ?? null,
  };
  client.truth.pushed(ref, changes.remove, answered, created);
}

/** Pulls the files for a checkout of a ref into a client's folder. */
export async function pullStep(reality: Reality, step: Of<'pull'>): Promise<void> {
  const { ref, base, candidates = [] } = step.from;
  const { truth } = reality;
  // A pull request can be pulled before its first push, because its base is known; a branch cannot.
  if (truth.head(ref) === 0 && !isPullRequest(ref)) return;
  const client = await intoClient(reality, step);
  const state = truth.planned(ref, base, candidates);
  // As on a checkout of the ref: without recordings of its own, it has those of its base.
  const question = {
    ...{ directory: client.folder, target: targetOf(step.from), candidates },
    ifMissing: 'base' as const,
  };
  const pulled = await pull(reality.connection(client), question);
  await checkPulled(reality, client, ref, state, pulled, versionOn(step.from, pulled));
}

/** Pulls one exact state. */
export async function pullExactlyStep(reality: Reality, step: Of<'pull-exactly'>): Promise<void> {
  const named = exactly(reality, step.at);
  if (named === null) return;
  const client = await intoClient(reality, step);
  const question = { directory: client.folder, at: named.at };
  if (named.files === null) {
    const failed = await pull(reality.connection(client), question).catch((error: unknown) => error);
    return same(`a pull of ${JSON.stringify(named.at)}, which is not there`, codeOf(failed), 'NOT_FOUND');
  }
  const pulled = await pull(reality.connection(client), question);
  await checkPulled(reality, client, `exactly ${JSON.stringify(named.at)}`, named.files, pulled, null);
}

/** The named state, with null files if it does not exist. Null if there is nothing to name yet. */
function exactly(
  reality: Reality,
  at: Exactly,
): { at: At; files: State | Map<string, string> | null } | null {
  const { truth, acknowledged } = reality;
  if ('commit' in at) return { at, files: truth.atCommit(at.commit) };
  if ('snapshot' in at) {
    const found = acknowledged.at(-1 - (at.snapshot % Math.max(acknowledged.length, 1)));
    return found ? { at: { snapshot: found.id }, files: new Map(found.files) } : null;
  }
  const ref = 'branch' in at ? at.branch : `pull/${at.pullRequest}`;
  return { at, files: truth.head(ref) > 0 ? truth.newest(ref) : null };
}

async function checkPulled(
  reality: Reality,
  client: Client,
  target: string,
  state: State | Map<string, string>,
  pulled: PullSummary,
  version: number | null,
): Promise<void> {
  const files = state instanceof Map ? state : reality.truth.filesOf(state);
  const { held, purged } = reality.truth.withoutPurged(files);
  reality.acknowledge(pulled.snapshot, files);
  same('what the pull tells as purged', pulled.purged.map(({ path }) => path).sort(), purged);
  const answered = { snapshot: pulled.snapshot.id, version, baseline: pulled.baseline?.id ?? null };
  client.truth.pulled(target, held, answered);
  await checkDisk(reality, client);
}

/** Compares every byte on disk with the model. */
async function checkDisk(reality: Reality, client: Client): Promise<void> {
  const onDisk = await readRecordings(client.folder);
  const expected = new Map(
    [...client.truth.disk].map(([path, digest]) => [path, reality.contents.text(digest)]),
  );
  same('the files on disk', [...onDisk.keys()].sort(), [...expected.keys()].sort());
  for (const [path, text] of expected) same(`the content of ${path}`, onDisk.get(path), text);
}

async function intoClient(reality: Reality, step: { client: number; fresh: boolean }): Promise<Client> {
  const client = reality.client(step.client);
  if (step.fresh) await reality.renew(client);
  return client;
}

async function editDisk({ contents }: Reality, client: Client, edits: Edit[]): Promise<void> {
  for (const [path, content] of edits) {
    const file = join(client.folder, path);
    if (content === null) {
      await rm(file, { force: true });
      client.truth.disk.delete(path);
      continue;
    }
    const digest = contents.digest(content);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents.text(digest));
    client.truth.disk.set(path, digest);
  }
}

function splitOf({ truth }: Reality, state: State): { files: Map<string, string>; purged: string[] } {
  const { held, purged } = truth.withoutPurged(truth.filesOf(state));
  return { files: held, purged };
}

function versionOn({ ref }: Place, { snapshot }: PullSummary): number | null {
  const own = snapshot.pullRequest === null ? snapshot.branch : `pull/${snapshot.pullRequest}`;
  return own === ref ? snapshot.version : null;
}

export const codeOf = (error: unknown) => (error instanceof RegistryError ? error.code : `${error}`);
