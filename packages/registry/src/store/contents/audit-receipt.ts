import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { RefusedContent } from './copy-received.js';

/** The result of an upload. */
export interface Receipt {
  stored: number;
  /** The number of contents that were stored before. */
  present: number;
  refused: RefusedContent[];
}

/** The number of refused contents that the log names; the response names all. */
const NAMED = 3;

/** Records the stored and the refused contents of an upload in the audit log. */
export async function auditReceipt(
  db: Database,
  { repositoryId, by }: { repositoryId: number; by: Caller },
  { stored, present, refused }: Receipt,
): Promise<void> {
  const event = { repositoryId, by, action: 'upload', target: null } as const;
  if (stored + present > 0) {
    const detail = `${stored} contents stored, ${present} already present`;
    await recordAudit(db, { ...event, outcome: 'DONE', detail });
  }
  if (refused.length > 0) {
    const named = refused.slice(0, NAMED).map(({ digest, message }) => `${digest.slice(0, 12)}: ${message}`);
    const detail = `${refused.length} contents refused; ${named.join('; ')}`;
    await recordAudit(db, { ...event, outcome: 'REFUSED', detail });
  }
}
