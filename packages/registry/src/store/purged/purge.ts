import { loggableText } from '../../trust/audit/audit-event.js';

/** That an admin removed a content everywhere: what is left of it. Whoever may read the repository may read this. */
export interface Purge {
  /** Milliseconds since 1970. */
  at: number;
  /** Who did it, as the audit log names them. */
  by: string;
  reason: string;
}

/** Characters of a reason. */
const LONGEST_REASON = 500;

/** Why a text is no reason for a purge; null when it is. It is shown in logs and on terminals, so it is one line. */
export function refusedReason(reason: string): string | null {
  if (reason.trim() === '') {
    return 'say why the content is removed, without repeating it: everybody who may read the repository sees the reason';
  }
  if (reason.length > LONGEST_REASON) return `a reason has at most ${LONGEST_REASON} characters`;
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(reason) || !reason.isWellFormed()) {
    return 'a reason is one line of text, without control characters';
  }
  if (loggableText(reason) !== reason) return 'the reason holds what looks like a token: say it without';
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
