import { promote, pull } from '@fixture-registry/client';
import { purge } from '../support/purge-content.js';
import { ownerAndName } from '../support/push-files.js';
import { codeOf } from './client-steps.js';
import { Disagreement, type Reality, same } from './reality.js';
import { DEFAULT_BRANCH } from './registry-truth.js';
import type { Step } from './steps.js';

type Of<Kind extends Step['do']> = Extract<Step, { do: Kind }>;

/** Promotes a pull request, optionally twice. */
export async function promoteStep(reality: Reality, step: Of<'promote'>): Promise<void> {
  const { truth } = reality;
  const { branch, commit, times } = step;
  const ref = `pull/${step.pullRequest}`;
  const target = branch ?? truth.baseNameOf(ref);
  for (let time = 0; time < times; time++) {
    const options = {
      pullRequest: step.pullRequest,
      ...(branch !== undefined && { branch }),
      ...(commit !== undefined && { commit }),
    };
    const promoted = await promote(reality.connection(reality.client(time)), options);
    const expected = truth.promote(ref, target, commit);
    const { added = 0, changed = 0, removed = 0 } = expected ?? {};
    const found = { added: promoted.added, changed: promoted.changed, removed: promoted.removed };
    same('whether the pull request was promoted', promoted.promoted, expected !== null);
    same('what the promotion changed', found, { added, changed, removed });
    same('the version after the promotion', promoted.snapshot?.version ?? 0, truth.head(target));
    if (promoted.snapshot) reality.acknowledge(promoted.snapshot, truth.filesOf(truth.newest(target)));
  }
}

/** Purges the content at a path of a ref. */
export async function purgeStep(reality: Reality, step: Of<'purge'>): Promise<void> {
  const { registry, repository, truth } = reality;
  const digest = truth.filesOf(truth.newest(step.ref)).get(step.path);
  if (digest === undefined) return;
  const already = truth.purged.has(digest);
  const answer = await purge(registry, { repository, digest });
  if (answer.__typename !== 'Purged') throw new Disagreement(`purge: ${answer.message}`);
  const { recordings, refs } = answer;
  same('what was purged', { already: answer.already, recordings, refs }, { already, ...truth.purge(digest) });
}

/**
 * Compares the counts that the registry reports between two snapshots with the differences in the
 * model.
 */
export async function compareStep(reality: Reality, step: Of<'compare'>): Promise<void> {
  const { acknowledged, registry, repository } = reality;
  const [base, head] = [step.base, step.head].map((back) =>
    acknowledged.at(-1 - (back % acknowledged.length)),
  );
  if (!base || !head) return;
  type Summary = Record<'added' | 'removed' | 'changed' | 'rekeyed' | 'moved' | 'unchanged', number>;
  const answer = await registry.ask<{ repository: { drift: { summary: Summary } } }>(
    `query ($owner: String!, $name: String!, $base: At, $head: At) { repository(owner: $owner, name: $name) {
      drift(base: $base, head: $head) { summary { added removed changed rekeyed moved unchanged } } } }`,
    { ...ownerAndName(repository), base: { snapshot: base.id }, head: { snapshot: head.id } },
  );
  const { added, removed, changed, rekeyed, moved, unchanged } = answer.repository.drift.summary;
  const onlyIn = (a: typeof base, b: typeof base) =>
    [...a.files.keys()].filter((path) => !b.files.has(path)).length;
  const both = [...head.files].filter(([path]) => base.files.has(path));
  const alike = both.filter(([path, digest]) => base.files.get(path) === digest).length;
  same(
    `the differences between ${base.id} and ${head.id}`,
    { added: added + rekeyed + moved, removed: removed + rekeyed + moved, changed, unchanged },
    {
      added: onlyIn(head, base),
      removed: onlyIn(base, head),
      changed: both.length - alike,
      unchanged: alike,
    },
  );
}

/** Revokes a client's token: every request fails until the client gets a new one. */
export async function revokeStep(reality: Reality, step: Of<'revoke'>): Promise<void> {
  const client = reality.client(step.client);
  await reality.registry.ask('mutation ($id: Int!) { revokeToken(id: $id) { __typename } }', {
    id: client.token.id,
  });
  const options = { directory: client.folder, target: { branch: DEFAULT_BRANCH } };
  const failed = await pull(reality.connection(client), options).catch((error: unknown) => error);
  same('a pull with a revoked token', codeOf(failed), 'UNAUTHENTICATED');
  client.token = await reality.newToken();
}

/** Runs gc; the embedded database requires that its server stops first. */
export async function gcStep(reality: Reality): Promise<void> {
  const gc = async () => {
    const ended = await reality.registry.command('gc');
    if (ended.status !== 0) throw new Disagreement(`gc ended with ${ended.status}: ${ended.stderr}`);
  };
  if (reality.registry.databaseUrl === null) await reality.restart('stop', gc);
  else await gc();
}
