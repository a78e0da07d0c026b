import { nameWatchCommit } from '../../store/watch/name-watch-commit.js';
import { pushWatch, type WatchPushed } from '../../store/watch/push-watch.js';
import type { Repository } from '../../vocabulary/repository.js';
import { decodeSnapshotId } from './at-input.js';
import { builder } from './builder.js';
import { writableRepository } from './context.js';
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
} from './problems.js';
import { describeMissing, describeSecrets, FileInput, LARGE_PUSH, RecordingProblemType } from './push.js';
import { NAME, OWNER } from './repository-name-input.js';
import { SnapshotNode } from './snapshot.js';

const PushWatchInput = builder.inputType('PushWatchInput', {
  description: 'What one repeat of a watch recorded.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    run: t.string({
      required: true,
      description:
        "The id of the workflow run. A workflow may only name its own, as in its OIDC token's claims.",
    }),
    attempt: t.int({ required: true, description: 'The attempt of the run, from 1.' }),
    repeat: t.int({ required: true, description: 'The number of this repeat, from 1 to `repeats`.' }),
    repeats: t.int({ required: true, description: 'How many times the run records everything: 1 to 10.' }),
    commit: t.string({
      description:
        'The watched git commit of the default branch. For a workflow run, the commit in its OIDC token is ' +
        'used instead.',
    }),
    base: t.id({
      description:
        'The pulled snapshot of the default branch, with which the repeat is compared. Without it, the newest ' +
        'one of the default branch.',
    }),
    add: t.field({
      type: [FileInput],
      required: true,
      description: 'The files that differ from `base`, or that it does not have.',
    }),
    remove: t.stringList({ description: 'The paths of `base` that the repeat no longer records.' }),
  }),
});

type PushedShape = WatchPushed & { repository: Repository };

const WatchPushedType = builder.objectRef<PushedShape>('WatchPushed').implement({
  description: 'A stored repeat of a watch. The default branch stays as it is.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotNode,
      description: 'What the repeat recorded, over the state of the default branch that it pulled.',
      resolve: ({ repository, snapshot }) => ({ repository, snapshot }),
    }),
    stored: t.exposeInt('stored', { description: 'The number of repeats of this run that arrived.' }),
    isComplete: t.exposeBoolean('isComplete', { description: 'Whether all repeats of this run arrived.' }),
    created: t.exposeBoolean('created', {
      description: 'Whether the push made a new snapshot. False when it changed nothing.',
    }),
    added: t.exposeInt('added', { description: 'The number of paths that the base does not have.' }),
    changed: t.exposeInt('changed', { description: 'The number of paths with another content than before.' }),
    removed: t.exposeInt('removed', { description: 'The number of paths that were removed.' }),
    unchanged: t.exposeInt('unchanged', {
      description: 'The number of pushed paths that already had the same content.',
    }),
    problems: t.field({
      type: [RecordingProblemType],
      description: 'The recordings that could not be read completely, or were purged.',
      resolve: (pushed) => pushed.problems,
    }),
    warnings: t.exposeStringList('warnings', { description: 'Problems that did not prevent the push.' }),
    possibleSecrets: t.field({
      type: PossibleSecretsType,
      description: 'What may be a secret in the pushed files. It did not prevent the push.',
      resolve: (pushed) => pushed.possibleSecrets,
    }),
  }),
});

const PushWatchResult = builder.unionType('PushWatchResult', {
  description: 'The result of `pushWatch`.',
  types: [WatchPushedType, ContentMissing, SecretsFound, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'WatchPushed'),
});

type PushProblem = Problem<'content-missing' | 'secrets' | 'invalid' | 'not-found' | 'forbidden'>;

builder.mutationField('pushWatch', (t) =>
  t.field({
    type: PushWatchResult,
    description:
      'Stores what a repeat of a watch recorded, next to the default branch, which stays as it is: no pull, ' +
      'search or list finds it. Returns `ContentMissing` while contents are missing: upload them, then push ' +
      'again. Needs a `schedule` or `workflow_dispatch` run of the default branch, or a token that can write to ' +
      'every branch. A repository keeps the watches of its newest 20 runs.',
    args: {
      input: t.arg({ type: PushWatchInput, required: true, description: 'The repeat to store.' }),
    },
    resolve: async (_root, { input }, context): Promise<PushedShape | PushProblem> => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { repository } = found;
      const base = input.base == null ? null : decodeSnapshotId(input.base);
      if (input.base != null && base === null) {
        return { kind: 'invalid', field: 'base', message: 'base is not the id of a snapshot' };
      }
      const add = filesIn(input.add, context);
      const remove = input.remove ?? [];
      if (add.length + remove.length > LARGE_PUSH) await context.awaitLargeResponseTurn();
      const { run, attempt, repeat, repeats } = input;
      const outcome = await pushWatch(context.db, {
        repository,
        by: context.caller,
        repeat: { run, attempt, repeat, repeats },
        commit: input.commit ?? null,
        // An empty default branch is no baseline.
        base: base === null || base.layers.length === 0 ? null : base,
        add,
        remove,
      });
      if (outcome.kind === 'content-missing') return describeMissing(outcome);
      if (outcome.kind === 'secrets') return describeSecrets(outcome);
      return outcome.kind === 'watch-pushed' ? { ...outcome, repository } : outcome;
    },
  }),
);

const NameWatchCommitInput = builder.inputType('NameWatchCommitInput', {
  description: 'The commit to name for the watch of a run.',
  fields: (t) => ({
    owner: t.string(OWNER),
    name: t.string(NAME),
    run: t.string({
      required: true,
      description: 'The id of the run that pushed the watch. A workflow may only name its own.',
    }),
    commit: t.string({
      required: true,
      description: 'The head commit of the branch that accepts the watch, as a full git commit id.',
    }),
  }),
});

const WatchCommitNamedType = builder
  .objectRef<{ kind: 'watch-named'; run: string }>('WatchCommitNamed')
  .implement({
    description: 'A watch that `acceptWatch` finds by the commit.',
    fields: (t) => ({ run: t.exposeString('run', { description: 'The id of the run that pushed it.' }) }),
  });

const NameWatchCommitResult = builder.unionType('NameWatchCommitResult', {
  description: 'The result of `nameWatchCommit`.',
  types: [WatchCommitNamedType, InvalidInput, NotFound, Forbidden],
  resolveType: (result) => resultTypeName(result as { kind: string }, 'WatchCommitNamed'),
});

builder.mutationField('nameWatchCommit', (t) =>
  t.field({
    type: NameWatchCommitResult,
    description:
      'Names the commit by which `acceptWatch` finds the watch of a run: the head of the branch that accepts it. ' +
      'Needs the same permission as `pushWatch`. Repeating it changes nothing.',
    args: {
      input: t.arg({ type: NameWatchCommitInput, required: true, description: 'The run and the commit.' }),
    },
    resolve: async (_root, { input }, context) => {
      const found = await writableRepository(context, input.owner, input.name, 'write');
      if ('problem' in found) return found.problem;
      const { run, commit } = input;
      return nameWatchCommit(context.db, { repository: found.repository, by: context.caller, run, commit });
    },
  }),
);
