import type { AuditOutcome } from '../../database/schema/schema.js';
import { storableText } from '../../recordings/reading/storable-text.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Caller } from '../identity/caller.js';

export const AUDIT_ACTIONS = [
  'push',
  'upload',
  'promote',
  'use',
  'close',
  'accept',
  'watch',
  'token.create',
  'token.revoke',
  'repository.change',
  'repository.follow',
  'secret.allow',
  'secret.disallow',
  'redact',
  'purge',
  'retention',
  'authenticate',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The id for events without a repository, or with one that does not exist. */
export const NO_REPOSITORY = 0;

/** A write or a refused write, for the audit log. */
export interface AuditEvent {
  repositoryId: number;
  by: Caller;
  action: AuditAction;
  /** The object of the action: a ref, a path, a token. */
  target: string | null;
  outcome: AuditOutcome;
  /** A sentence for people; text that looks like a token is masked. */
  detail: string | null;
}

/** The maximum length of a text: enough for a sentence with a path, too short to fill a disk. */
const LONGEST = 1_000;

/** Our own tokens, JSON web tokens, and any text after `Bearer`. */
const CREDENTIALS = /fr_\d{1,15}_[0-9a-f]{8,}|\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*|(?<=\bbearer\s+)[^\s"',]+/gi;

/**
 * Makes a text safe for the log: one line, bounded length, credentials masked. Refs, paths and labels come
 * from callers, and a reader of the log must not learn a caller's credentials.
 */
export function loggableText(text: string): string {
  // Cut before the search as well, to bound its cost; late enough that no token within LONGEST is cut in two.
  const masked = storableText(text, 4 * LONGEST).replace(CREDENTIALS, '[masked]');
  return storableText(masked.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, ' '), LONGEST);
}

/** The name of a ref in the log: `refs/heads/main`, `refs/pull/7`, and `watch/17/1/2-of-3` for a watch. */
export function refTarget({ kind, name }: Pick<RefName, 'kind' | 'name'>): string {
  if (kind === 'WATCH') return `watch/${name}`;
  return kind === 'BRANCH' ? `refs/heads/${name}` : `refs/pull/${name}`;
}
