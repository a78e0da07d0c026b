import type { AuditOutcome } from '../../database/schema/schema.js';
import { storableText } from '../../recordings/reading/storable-text.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Caller } from '../identity/caller.js';

export const AUDIT_ACTIONS = [
  'push',
  'upload',
  'promote',
  'close',
  'accept',
  'token.create',
  'token.revoke',
  'repository.change',
  'repository.follow',
  'secret.allow',
  'secret.disallow',
  'redact',
  'purge',
  'authenticate',
] as const;

/** What somebody did, or tried to do. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Repository 0: what belongs to no repository, or to one that does not exist. */
export const NO_REPOSITORY = 0;

/** A write, or a write that was refused, as it is told to the log. */
export interface AuditEvent {
  repositoryId: number;
  by: Caller;
  action: AuditAction;
  /** What it was done to: a ref, a path, a token. */
  target: string | null;
  outcome: AuditOutcome;
  /** A sentence for a person; what looks like a token is masked. */
  detail: string | null;
}

/** Characters of a text of the log: enough for a sentence that names a path, too few to fill a disk with. */
const LONGEST = 1_000;

/** Our own tokens, JSON web tokens, and whatever stands behind `Bearer`. */
const CREDENTIALS = /fr_\d{1,15}_[0-9a-f]{8,}|\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*|(?<=\bbearer\s+)[^\s"',]+/gi;

/**
 * A text as the log keeps it: on one line, of bounded length, and without anything that looks like a credential. What
 * callers name (refs, paths, labels) ends up in it, and whoever reads the log need not be allowed to act as them.
 */
export function loggableText(text: string): string {
  // Cut before the search too, so that a text of megabytes costs no more; far enough that no token is cut in two.
  const masked = storableText(text, 4 * LONGEST).replace(CREDENTIALS, '[masked]');
  return storableText(masked.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, ' '), LONGEST);
}

/** A ref as the log names it: as git does. */
export function refTarget({ kind, name }: Pick<RefName, 'kind' | 'name'>): string {
  return kind === 'BRANCH' ? `refs/heads/${name}` : `refs/pull/${name}`;
}
