import { ownerAndName } from './push-files.js';
import type { TestRegistry } from './registry.js';

export interface AuditEvent {
  at: string;
  who: string;
  action: string;
  target: string | null;
  outcome: 'DONE' | 'REFUSED';
  detail: string | null;
  address: string | null;
  requestId: string | null;
  repository: string | null;
}

const EVENTS = 'nodes { at who action target outcome detail address requestId repository }';

/** The newest events of a repository, the oldest of them first. */
export async function auditOf(
  registry: TestRegistry,
  repository: string,
  filter: object = {},
): Promise<AuditEvent[]> {
  type Answer = { repository: { audit: { nodes: AuditEvent[] } } };
  const answer = await registry.ask<Answer>(
    `query ($owner: String!, $name: String!, $filter: AuditFilter) {
      repository(owner: $owner, name: $name) { audit(first: 500, filter: $filter) { ${EVENTS} } }
    }`,
    { ...ownerAndName(repository), filter },
  );
  return answer.repository.audit.nodes.reverse();
}

/** The newest events that belong to no repository, the oldest of them first. */
export async function unattachedAudit(registry: TestRegistry, filter: object = {}): Promise<AuditEvent[]> {
  const answer = await registry.ask<{ audit: { nodes: AuditEvent[] } }>(
    `query ($filter: AuditFilter) { audit(first: 500, unattached: true, filter: $filter) { ${EVENTS} } }`,
    { filter },
  );
  return answer.audit.nodes.reverse();
}
