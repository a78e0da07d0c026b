/**
 * - UNAUTHENTICATED: the token is missing, invalid, expired or revoked
 * - FORBIDDEN: the token may not do this
 * - NOT_FOUND: the repository, ref or commit has no recordings in the registry
 * - GONE: a content was there and is not any more, because an admin purged it
 * - INVALID: the registry does not accept what was asked, or the address is no registry's
 * - UNREACHABLE: no connection, after all tries
 * - UNAVAILABLE: the registry, its database or a proxy before it says that it cannot answer now, after all tries
 * - SERVER: the registry failed, or sent what it should not
 */
export type RegistryErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'GONE'
  | 'INVALID'
  | 'UNREACHABLE'
  | 'UNAVAILABLE'
  | 'SERVER';

/** An expected failure of a conversation with the registry; the message is for a person and holds no token. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** The registry's id of the failed request, by which its log finds it; null where there was no answer. */
  readonly requestId: string | null;

  readonly #said: string;

  constructor(code: RegistryErrorCode, message: string, requestId: string | null = null) {
    super(requestId === null ? message : `${message} (request ${requestId})`);
    this.code = code;
    this.requestId = requestId;
    this.#said = message;
  }

  /** The same failure, with more to say about it. */
  adding(sentence: string): RegistryError {
    return new RegistryError(this.code, `${this.#said} ${sentence}`, this.requestId);
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

  /** What to tell after the last try. @param waited milliseconds between the tries */
  finalAfter(waited: number): RegistryError {
    if (this.final.code !== 'UNAVAILABLE' || waited < 1000) return this.final;
    return this.final.adding(`This is still so after waiting for ${Math.round(waited / 1000)} s.`);
  }
}
