/**
 * - UNAUTHENTICATED: the token is missing, invalid, expired or revoked
 * - FORBIDDEN: the token does not permit this
 * - NOT_FOUND: the repository, ref or commit has no recordings in the registry
 * - GONE: an admin purged a content
 * - INVALID: the registry rejects the request, or there is no registry at the address
 * - UNREACHABLE: no connection, after all retries
 * - UNAVAILABLE: the registry, its database or a proxy in front of it reports an outage, after all
 *   retries
 * - SERVER: the registry failed or sent an invalid response
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

/**
 * An expected failure of a request to the registry. The message is for people and contains no
 * token.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** The id of the failed request in the registry's log; null if there was no response. */
  readonly requestId: string | null;

  readonly #text: string;

  constructor(code: RegistryErrorCode, message: string, requestId: string | null = null) {
    super(requestId === null ? message : `${message} (request ${requestId})`);
    this.code = code;
    this.requestId = requestId;
    this.#text = message;
  }

  /** A copy of the error with a sentence appended to its message. */
  withDetail(sentence: string): RegistryError {
    return new RegistryError(this.code, `${this.#text} ${sentence}`, this.requestId);
  }
}

/** A failure that a retry may resolve. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** The error to throw after the last attempt. */
  readonly final: RegistryError;
  /** The delay that the registry requested, in milliseconds; null if it did not. */
  readonly retryAfter: number | null;

  constructor(final: RegistryError, retryAfter: number | null = null) {
    super(final.message);
    this.final = final;
    this.retryAfter = retryAfter;
  }

  /**
   * The error to throw after the last attempt; for an outage it says how long the client retried.
   * @param waited milliseconds between the first and the last attempt
   */
  finalAfter(waited: number): RegistryError {
    if (this.final.code !== 'UNAVAILABLE' || waited < 1000) return this.final;
    return this.final.withDetail(
      `It was still unavailable after waiting for ${Math.round(waited / 1000)} s.`,
    );
  }
}
