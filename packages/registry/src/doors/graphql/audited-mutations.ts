import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { AuditAction } from '../../trust/audit/audit-event.js';
import { refTarget } from '../../trust/audit/audit-event.js';
import { ANONYMOUS } from '../../trust/identity/identity.js';
import { parseRefName } from '../../vocabulary/ref-name.js';
import type { Context } from './context.js';
import { findProblem } from './problems.js';

/** The action of each mutation in the audit log. */
export const ACTIONS: Record<string, AuditAction> = {
  push: 'push',
  pushWatch: 'watch',
  nameWatchCommit: 'watch',
  acceptWatch: 'push',
  promote: 'promote',
  reportUse: 'use',
  closePullRequest: 'close',
  acceptDrift: 'accept',
  createToken: 'token.create',
  revokeToken: 'token.revoke',
  changeRepository: 'repository.change',
  purgeContent: 'purge',
  allowSecret: 'secret.allow',
  disallowSecret: 'secret.disallow',
};

/**
 * Wraps all mutations so that refused ones are added to the audit log. Successful ones are logged
 * by the code that makes the change, in the same transaction.
 */
export function auditRefusals(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const action = ACTIONS[name];
    const { resolve } = field;
    if (!action || !resolve) continue;
    field.resolve = withRefusals(
      action,
      resolve as GraphQLFieldResolver<unknown, Context, Arguments>,
    ) as never;
  }
  return schema;
}

/** Problems that are part of the protocol of a normal push. */
const NEGOTIATION = new Set(['content-missing', 'since-unknown']);

type Arguments = { id?: number; input?: Record<string, unknown> };

function withRefusals(
  action: AuditAction,
  resolve: GraphQLFieldResolver<unknown, Context, Arguments>,
): GraphQLFieldResolver<unknown, Context, Arguments> {
  return async (root, args, context, info) => {
    const result: unknown = await resolve(root, args, context, info);
    const problem = findProblem(result);
    if (problem === null || NEGOTIATION.has(problem.kind)) return result;
    if (context.identity === ANONYMOUS) await context.countAttempt();
    context.refusals.push({
      repository: repositoryIn(args.input),
      action,
      target: targetIn(args),
      detail: problem.message,
    });
    return result;
  };
}

function repositoryIn(input: Arguments['input']): { owner: string; name: string } | null {
  const { owner, name } = input ?? {};
  return typeof owner === 'string' && typeof name === 'string' ? { owner, name } : null;
}

function targetIn({ id, input = {} }: Arguments): string | null {
  if (id !== undefined) return `token ${id}`;
  const { ref, branch, pullRequest, digest, run } = input as {
    ref?: Parameters<typeof parseRefName>[0];
    branch?: string | null;
    pullRequest?: number;
    digest?: string;
    run?: string | null;
  };
  if (digest !== undefined) return digest;
  if (ref) {
    const parsed = parseRefName(ref);
    return 'problem' in parsed ? null : refTarget(parsed);
  }
  if (branch != null) return `refs/heads/${branch}`;
  if (pullRequest !== undefined) return `refs/pull/${pullRequest}`;
  return run == null ? null : `watch/${run}`;
}
