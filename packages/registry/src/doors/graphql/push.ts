import type { FileFinding } from '../../store/checks/check-secrets.js';
import { push } from '../../store/push/push.js';
import type { PushOutcome } from '../../store/push/push-outcome.js';
import { isRegistryAdmin } from '../../trust/identity/identity.js';
import { ensureRepository } from '../../trust/repositories/ensure-repository.js';
import { describePullRequest } from '../../vocabulary/pull-request.js';
import { parseRefName, refusedBranchName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { refusedRepositoryName } from '../../vocabulary/repository.js';
import { decodeSnapshotId, RefInput } from './at-input.js';
import { builder } from './builder.js';
import { type Context, writableRepository } from './context.js';
import { filesIn } from './file-lists.js';
import { PossibleSecretsType } from './possible-secrets.js';
import {
  ContentMissing,
  Forbidden,
  InvalidInput,
  NotFound,
  type Problem,
  resultTypeName,
  SecretsFound,
  SinceUnknown,
} from './problems.js';
import { BASELINE, CANDIDATES, parseBaseline } from './pull-plan.js';
import { NAME, OWNER } from './repository-name-input.js';
import { SnapshotNode } from './snapshot.js';
import { findUnplayable, UnplayableType } from './unplayable.js';
import { reportedUse, UseInput } from './use-input.js';

export const FileInput = builder.inputType('FileInput', {
  description: 'A file to push.',
  fields: (t) => ({
    path: t.string({
      required: true,
      description: 'The path of the file, relative to the repository root, with `/` as the separator.',
    }),
    digest: t.string({
      required: true,
      description: 'The sha256 of the file: 64 lower-case hex digits.',
    }),
    size: t.int({ required: true, description: 'The size of the file, in bytes.' }),
  }),
});

const PushInput = builder.inputType('PushInput', {
  description: 'The changes of a push.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    ref: t.field({ type: RefInput, required: true, description: 'The branch or pull request to push to.' }),
    commit: t.string({
      description:
        'The git commit that the files belong to. For a workflow run on a branch, the commit in its OIDC ' +
        'token is used instead.',
    }),
    candidates: t.stringList({ description: CANDIDATES }),
    baseline: t.string({ description: BASELINE }),
    defaultBranch: t.string({
      description:
        "The repository's default branch, according to the caller. Used only while the registry's " +
        'default branch has no recordings, and only from a token that can write to every branch.',
    }),
    setDefaultBranch: t.boolean({
      description:
        'Makes `defaultBranch` the default branch, with the recordings of the old one. Needs a token ' +
        'with the scope ADMIN, or, while no branch has recordings, a token that can write to every ' +
        'branch.',
    }),
    since: t.id({
      description:
        'The snapshot to which `add` and `remove` are the difference. When the registry does not have ' +
        'it, the push changes nothing and returns `SinceUnknown`. Omit it to push all recordings.',
    }),
    sinceAt: t.field({
      type: 'DateTime',
      description: 'When `since` was pushed. Used only when the registry does not have `since`.',
    }),
    add: t.field({ type: [FileInput], required: true, description: 'The files to add or replace.' }),
    fromFork: t.boolean({
      description:
        'Marks the pull request as one from a fork. Later pushes cannot remove the mark. Ignored for a ' +
        'branch.',
    }),
    title: t.string({
      description:
        'The title of the pull request, for display only: at most 256 characters, longer ones are cut. ' +
        'Without it, the title of the last push stays. Ignored for a branch.',
    }),
    author: t.string({
      description:
        'The login of the author of the pull request, for display only: at most 64 characters, longer ' +
        'ones are cut. Without it, the author of the last push stays. Ignored for a branch.',
    }),
    settings: t.string({
      description:
        'The text of `.github/fixtures.yml`; empty when the file does not exist. Stored when the ref is ' +
        'a branch; ignored for a pull request.',
    }),
    remove: t.stringList({ description: 'The paths to remove. All other paths stay as they are.' }),
    use: t.field({
      type: UseInput,
      description:
        'Which recordings of the last pull the tests read. An invalid report does not refuse the push: ' +
        '`warnings` says so.',
    }),
  }),
});

export const RecordingProblemType = builder
  .objectRef<{ path: string; problem: string }>('RecordingProblem')
  .implement({
    description:
      'A recording of the push that was stored but could not be read completely, or that was not stored ' +
      'because its content is purged.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'The path of the recording.' }),
      problem: t.exposeString('problem', { description: 'What is wrong with it.' }),
    }),
  });

type PushShape = Extract<PushOutcome, { kind: 'pushed' }> & {
  repository: Repository;
  /** The paths that the push names to add or replace. */
  paths: readonly string[];
};

const PushType = builder.objectRef<PushShape>('Push').implement({
  description: 'A successful push.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      description: 'The state of the ref after the push.',
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    created: t.exposeBoolean('created', {
      description: 'Whether the push made a new snapshot. False when it changed nothing.',
    }),
    added: t.exposeInt('added', { description: 'The number of paths that the push added.' }),
    changed: t.exposeInt('changed', { description: 'The number of paths whose content the push replaced.' }),
    removed: t.exposeInt('removed', { description: 'The number of paths that the push removed.' }),
    unchanged: t.exposeInt('unchanged', {
      description: 'The number of pushed paths that already had the same content.',
    }),
    baseline: t.field({
      type: SnapshotNode,
      nullable: true,
      description: 'The snapshot of the base branch that the ref builds on. Null for the default branch.',
      resolve: ({ repository, baseline }) => baseline && { repository, snapshot: baseline },
    }),
    baselineReason: t.exposeString('baselineReason', { description: 'Why this baseline was chosen.' }),
    problems: t.field({
      type: [RecordingProblemType],
      description: 'The recordings that could not be read completely, or were purged.',
      resolve: (pushed) => pushed.problems,
    }),
    unplayable: t.field({
      type: UnplayableType,
      nullable: true,
      description:
        'The recordings among the pushed files that the recorder will not find. Null when the database ' +
        'could not say: the push is stored anyway.',
      resolve: ({ snapshot, paths }, _args, context) => findUnplayable(context, snapshot, paths),
    }),
    warnings: t.exposeStringList('warnings', {
      description: 'Problems that did not prevent the push, such as a default branch without recordings.',
    }),
    possibleSecrets: t.field({
      type: PossibleSecretsType,
      description:
        'What may be a secret in the pushed files. It did not prevent the push: check that it is none.',
      resolve: (pushed) => pushed.possibleSecrets,
    }),
    defaultBranchChange: t.exposeString('defaultBranchChange', {
      nullable: true,
      description:
        'How the push changed the default branch, and which recordings the new one got. Null when it did ' +
        'not change it.',
    }),
  }),
});

const PushResult = builder.unionType('PushResult', {
  description: 'The result of `push`.',
  types: [PushType, ContentMissing, SinceUnknown, SecretsFound, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'Push'),
});

type AnyPushProblem = Problem<
  'invalid' | 'not-found' | 'forbidden' | 'content-missing' | 'since-unknown' | 'secrets'
>;

/**
 * Larger pushes wait for a turn: all paths are in memory, and the response can list all of them as
 * missing.
 */
export const LARGE_PUSH = 5_000;

/** The problem of a push whose contents are missing. */
export function describeMissing(outcome: { kind: 'content-missing'; digests: string[] }) {
  return { ...outcome, message: `${outcome.digests.length} contents are missing: upload them first` };
}

/** The problem of a push with secrets. */
export function describeSecrets(outcome: { kind: 'secrets'; findings: FileFinding[] }) {
  const files = new Set(outcome.findings.map(({ path }) => path)).size;
  return { ...outcome, message: `${files} of the recordings contain what looks like a secret` };
}

builder.mutationField('push', (t) =>
  t.field({
    type: PushResult,
    description:
      'Adds, replaces and removes exactly the given paths. When the registry lacks some of their ' +
      'contents, the push changes nothing and returns `ContentMissing`: upload the contents, then push ' +
      'again. Pushing the same files twice makes one snapshot.',
    args: { input: t.arg({ type: PushInput, required: true, description: 'The changes to push.' }) },
    resolve: async (_root, { input }, context): Promise<PushShape | AnyPushProblem> => {
      const found = await findOrCreateRepository(context, input.owner, input.name);
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const ref = parseRefName(input.ref);
      if ('problem' in ref) return { kind: 'invalid', message: ref.problem, field: ref.field };
      const baseline = parseBaseline(input.candidates, input.baseline);
      if ('kind' in baseline) return baseline;
      const refused = input.defaultBranch == null ? null : refusedBranchName(input.defaultBranch);
      if (refused) return { kind: 'invalid', message: refused, field: 'defaultBranch' };
      const isRequested = input.setDefaultBranch ?? false;
      if (isRequested && input.defaultBranch == null) {
        return {
          kind: 'invalid',
          message: 'setDefaultBranch requires defaultBranch',
          field: 'defaultBranch',
        };
      }
      const add = filesIn(input.add, context);
      if (add.length + (input.remove?.length ?? 0) > LARGE_PUSH) await context.awaitLargeResponseTurn();
      const outcome = await push(context.db, {
        repository,
        by: context.caller,
        ref,
        fromFork: input.fromFork ?? false,
        about: describePullRequest(input),
        commit: input.commit ?? null,
        baseline,
        defaultBranch: { reported: input.defaultBranch ?? null, isRequested },
        since:
          input.since == null ? null : { snapshot: decodeSnapshotId(input.since), at: input.sinceAt ?? null },
        add,
        remove: input.remove ?? [],
        settings: input.settings ?? null,
        use: input.use == null ? null : reportedUse(input.use),
      });
      context.metrics.pushed(outcome.kind);
      if (outcome.kind === 'pushed' && input.use != null) context.uses.foldLater(repository.id);
      if (outcome.kind === 'pushed') return { ...outcome, repository, paths: add.map(({ path }) => path) };
      if (outcome.kind === 'content-missing') return describeMissing(outcome);
      if (outcome.kind === 'since-unknown') {
        const message =
          'this registry does not have the snapshot `since`: it was restored from a backup or replaced. ' +
          'Push again without `since` and with all recordings';
        return { ...outcome, message };
      }
      return outcome.kind === 'secrets' ? describeSecrets(outcome) : outcome;
    },
  }),
);

/** A push of a registry admin creates the repository. */
async function findOrCreateRepository(context: Context, owner: string, name: string) {
  if (isRegistryAdmin(context.identity)) {
    const refused = refusedRepositoryName(owner, name);
    if (refused) {
      const problem: Problem<'invalid'> = { kind: 'invalid', message: refused, field: 'owner' };
      return { problem };
    }
    return { repository: await ensureRepository(context.db, context.caller, owner, name) };
  }
  return writableRepository(context, owner, name, 'write');
}
