import { auditEvents } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { type AuditEvent, loggableText } from './audit-event.js';

/**
 * Adds an event to the audit log. A write passes its own transaction, so that no write is stored without its
 * event; a refusal passes the database.
 */
export async function recordAudit(db: Database, event: AuditEvent): Promise<void> {
  const { identity, address, requestId } = event.by;
  const { actor, run } = identity;
  const text = (value: string | null) => (value === null ? null : loggableText(value));
  await db.insert(auditEvents).values({
    repositoryId: event.repositoryId,
    who: loggableText(identity.who),
    actor: text(actor),
    run: text(run),
    action: event.action,
    target: text(event.target),
    outcome: event.outcome,
    detail: text(event.detail),
    address: text(address),
    requestId,
  });
}
