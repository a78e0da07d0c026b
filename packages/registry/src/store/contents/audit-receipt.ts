import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { RefusedContent } from './received.js';

/** What came of an upload. */
export interface Receipt {
  stored: number;
  /** Contents that were here before. */
  present: number;
  refused: RefusedContent[];
}

/** Refused contents that are named in the log; the client was told all of them. */
const NAMED = 3;

/** Notes what came of an upload: what was taken in, and what of it was refused. */
export async function auditReceipt(
  db: Database,
  { repositoryId, by }: { repositoryId: number; by: Caller },
  { stored, present, refused }: Receipt,
): Promise<void> {
  const event = { repositoryId, by, action: 'upload', target: null } as const;
  if (stored + present > 0) {
    const detail = `${stored} contents stored, ${present} were here before`;
    await recordAudit(db, { ...event, outcome: 'DONE', detail });
  }
  if (refused.length > 0) {
    const named = refused.slice(0, NAMED).map(({ digest, message }) => `${digest.slice(0, 12)}: ${message}`);
    const detail = `${refused.length} contents refused; ${named.join('; ')}`;
    await recordAudit(db, { ...event, outcome: 'REFUSED', detail });
  }
}
