import { loggableText } from '../../trust/audit/audit-event.js';

/** The tombstone of a purged content. Everyone who may read the repository may read it. */
export interface Purge {
  /** Milliseconds since 1970. */
  at: number;
  /** The caller, as in the audit log. */
  by: string;
  reason: string;
}

/** The maximum length of a reason. */
const LONGEST_REASON = 500;

/** Why a reason is invalid; null when it is valid. Logs and terminals show it, so it must be one line. */
export function refusedReason(reason: string): string | null {
  if (reason.trim() === '') {
    return 'say why the content is removed, without repeating it: everyone who can read the repository sees the reason';
  }
  if (reason.length > LONGEST_REASON) return `a reason has at most ${LONGEST_REASON} characters`;
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(reason) || !reason.isWellFormed()) {
    return 'a reason must be one line without control characters';
  }
  if (loggableText(reason) !== reason) return 'the reason contains what looks like a token: leave it out';
  return null;
}

/** Such as `purged on 2026-11-22 by token 3 (ops): it held a key`. */
export function describePurge(purge: Purge): string {
  return `${describePurgeBriefly(purge)} by ${purge.by}: ${purge.reason}`;
}

/** Such as `purged on 2026-11-22`; the day in UTC. */
export function describePurgeBriefly({ at }: Pick<Purge, 'at'>): string {
  return `purged on ${new Date(at).toISOString().slice(0, 10)}`;
}
