import { isRegistryAdmin } from '../access/identity.js';
import { ensureRepository } from '../repositories/ensure-repository.js';
import type { Repository } from '../repositories/repository.js';
import { refusedRepositoryName } from '../repositories/repository.js';
import { type PushOutcome, push } from '../snapshots/push.js';
import { parseRefName, refusedBranchName } from '../snapshots/ref.js';
import { RefInput, snapshotKeyOfId } from './at.js';
import { builder } from './builder.js';
import { type Context, writableRepository } from './context.js';
import { filesIn } from './file-lists.js';
import {
  ContentMissing,
  Forbidden,
  InvalidInput,
  NotFound,
  type Problem,
  SecretsFound,
  SinceUnknown,
  typeOfResult,
} from './problems.js';
import { parseBaseline } from './pull-plan.js';
import { SnapshotNode } from './snapshot.js';

const FileInput = builder.inputType('FileInput', {
  fields: (t) => ({
    path: t.string({ required: true, description: 'Relative to the root of the repository, with `/`.' }),
    digest: t.string({ required: true, description: 'The sha256 of the bytes: 64 lower-case hex digits.' }),
    size: t.int({ required: true, description: 'Bytes.' }),
  }),
});

const PushInput = builder.inputType('PushInput', {
  fields: (t) => ({
    owner: t.string({ required: true }),
    name: t.string({ required: true }),
    ref: t.field({ type: RefInput, required: true }),
    commit: t.string({
      description:
        'The git commit that the files belong to. Of a run on a branch the one that GitHub signed is noted instead.',
    }),
    candidates: t.stringList({ description: 'Commits that a baseline may be taken from, nearest first.' }),
    baseline: t.string({ description: 'A commit or the id of a snapshot to use as the baseline.' }),
    defaultBranch: t.string({
      description:
        "The repository's default branch as the caller knows it. It counts while the default branch that the " +
        'registry knows has no recordings, and only from a token that may write every branch.',
    }),
    setDefaultBranch: t.boolean({
      description:
        'Makes `defaultBranch` the default branch and carries the recordings of the old one along. Refused unless ' +
        'the token has the scope admin, or no branch has recordings yet and the token may write every branch.',
    }),
    since: t.id({
      description:
        'The snapshot that `add` and `remove` are a difference to. Where the registry does not hold it, nothing happens and the ' +
        'answer is `SinceUnknown`. Without it, the push says everything that the caller wants to be there.',
    }),
    sinceAt: t.field({
      type: 'DateTime',
      description: 'When `since` was pushed, for the case that the registry does not hold it.',
    }),
    add: t.field({ type: [FileInput], required: true, description: 'Paths to add or replace.' }),
    fromFork: t.boolean({
      description: 'Of a pull request: its recordings come from a fork. The mark stays.',
    }),
    settings: t.string({
      description:
        'The text of `.github/fixtures.yml`, empty where there is none. Kept for a branch, left aside for a pull request.',
    }),
    remove: t.stringList({ description: 'Paths to remove. No other path is changed.' }),
  }),
});

const RecordingProblemType = builder
  .objectRef<{ path: string; problem: string }>('RecordingProblem')
  .implement({
    description:
      'A recording that was stored, but could not be read, or only in part; or that the registry does not keep any more, ' +
      'because it was purged.',
    fields: (t) => ({ path: t.exposeString('path'), problem: t.exposeString('problem') }),
  });

type PushShape = Extract<PushOutcome, { kind: 'pushed' }> & { repository: Repository };

const PushType = builder.objectRef<PushShape>('Push').implement({
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    created: t.exposeBoolean('created', {
      description: 'False when nothing differed, so that the snapshot was there.',
    }),
    added: t.exposeInt('added'),
    changed: t.exposeInt('changed'),
    removed: t.exposeInt('removed'),
    unchanged: t.exposeInt('unchanged'),
    baseline: t.field({
      type: SnapshotNode,
      nullable: true,
      resolve: ({ repository, baseline }) => baseline && { repository, snapshot: baseline },
    }),
    baselineReason: t.exposeString('baselineReason'),
    problems: t.field({ type: [RecordingProblemType], resolve: (pushed) => pushed.problems }),
    warnings: t.exposeStringList('warnings', {
      description:
        'What the caller should look into although the push was made, such as a default branch without recordings.',
    }),
    defaultBranchChange: t.exposeString('defaultBranchChange', {
      nullable: true,
      description:
        'How this push changed the default branch and what it carried along, in words. Null when it did not.',
    }),
  }),
});

const PushResult = builder.unionType('PushResult', {
  types: [PushType, ContentMissing, SinceUnknown, SecretsFound, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => typeOfResult(result as { kind: string }, 'Push'),
});

type AnyPushProblem = Problem<
  'invalid' | 'not-found' | 'forbidden' | 'content-missing' | 'since-unknown' | 'secrets'
>;

/** Paths above which a push waits for its turn: all of them are in memory, and all may come back as missing. */
const LARGE_PUSH = 5_000;

builder.mutationField('push', (t) =>
  t.field({
    type: PushResult,
    description:
      'Adds, replaces and removes exactly the named paths. It is its own negotiation: when contents are missing, ' +
      'nothing happens and they are named; upload them, then push again. The same push twice makes one snapshot.',
    args: { input: t.arg({ type: PushInput, required: true }) },
    resolve: async (_root, { input }, context): Promise<PushShape | AnyPushProblem> => {
      const found = await repositoryToPushTo(context, input.owner, input.name);
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const ref = parseRefName(input.ref);
      if ('problem' in ref) return { kind: 'invalid', message: ref.problem, field: ref.field };
      const baseline = parseBaseline(input.candidates, input.baseline);
      if ('kind' in baseline) return baseline;
      const refused = input.defaultBranch == null ? null : refusedBranchName(input.defaultBranch);
      if (refused) return { kind: 'invalid', message: refused, field: 'defaultBranch' };
      const isOrder = input.setDefaultBranch ?? false;
      if (isOrder && input.defaultBranch == null) {
        return { kind: 'invalid', message: 'setDefaultBranch needs a defaultBranch', field: 'defaultBranch' };
      }
      const add = filesIn(input.add, context);
      if (add.length + (input.remove?.length ?? 0) > LARGE_PUSH) await context.beforeLargeAnswer();
      const outcome = await push(context.db, {
        repository,
        by: context.caller,
        ref,
        fromFork: input.fromFork ?? false,
        commit: input.commit ?? null,
        baseline,
        defaultBranch: { said: input.defaultBranch ?? null, isOrder },
        since:
          input.since == null ? null : { snapshot: snapshotKeyOfId(input.since), at: input.sinceAt ?? null },
        add,
        remove: input.remove ?? [],
        settings: input.settings ?? null,
      });
      context.metrics.pushed(outcome.kind);
      if (outcome.kind === 'pushed') return { ...outcome, repository };
      if (outcome.kind === 'content-missing') {
        return { ...outcome, message: `${outcome.digests.length} contents have to be uploaded first` };
      }
      if (outcome.kind === 'since-unknown') {
        const message =
          'the snapshot that this push is a difference to is not in this registry, which was restored from a backup or ' +
          'replaced since: push everything, without `since`';
        return { ...outcome, message };
      }
      if (outcome.kind === 'secrets') {
        const files = new Set(outcome.findings.map(({ path }) => path)).size;
        return { ...outcome, message: `${files} of the recordings hold what looks like a secret` };
      }
      return outcome;
    },
  }),
);

/** An admin of the whole registry need not make a repository first. */
async function repositoryToPushTo(context: Context, owner: string, name: string) {
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
