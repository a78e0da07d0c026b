/**
 * - UNAUTHENTICATED: the token is missing, invalid, expired or revoked
 * - FORBIDDEN: the token may not do this
 * - NOT_FOUND: the repository, ref or commit has no recordings in the registry
 * - GONE: a content was there and is not any more, because an admin purged it
 * - INVALID: the registry does not accept what was asked, or the address is no registry's
 * - UNREACHABLE: no connection, after all tries
 * - SERVER: the registry failed, or sent what it should not
 */
export type RegistryErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'GONE'
  | 'INVALID'
  | 'UNREACHABLE'
  | 'SERVER';

/** An expected failure of a conversation with the registry; the message is for a person and holds no token. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** The registry's id of the failed request, by which its log finds it; null where there was no answer. */
  readonly requestId: string | null;

  constructor(code: RegistryErrorCode, message: string, requestId: string | null = null) {
    super(requestId === null ? message : `${message} (request ${requestId})`);
    this.code = code;
    this.requestId = requestId;
  }
}

/** A failure that may well be over at the next try. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** What to tell when all tries are used up. */
  readonly final: RegistryError;
  /** Milliseconds that the registry asked to wait; null when it did not. */
  readonly retryAfter: number | null;

  constructor(final: RegistryError, retryAfter: number | null = null) {
    super(final.message);
    this.final = final;
    this.retryAfter = retryAfter;
  }
}
