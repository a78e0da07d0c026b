import type { BlockPlace } from './block-store.js';

/**
 * An operation on the object store failed. The message is for the client and names neither buckets nor
 * addresses; the store's own error is in `cause`, for the log.
 */
export class BlockStoreError extends Error {
  override readonly name = 'BlockStoreError';
  /** Whether a retry may help: the store is down, slow or busy. Otherwise an operator must act. */
  readonly passing: boolean;
  /** Whether only the bytes of one block are affected. */
  readonly ofBlock: boolean;

  constructor(message: string, options: { passing: boolean; ofBlock?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.passing = options.passing;
    this.ofBlock = options.ofBlock ?? false;
  }
}

/** A block is in a store that this process is not configured for. */
export function elsewhere({ location }: BlockPlace): BlockStoreError {
  return new BlockStoreError('contents are in a store that this registry is not configured for', {
    passing: false,
    cause: new Error(
      `a block is in ${location}: FIXTURE_REGISTRY_CONTENT must name it, or FIXTURE_REGISTRY_CONTENT_BEFORE`,
    ),
  });
}

/** A block has a row but no bytes: something outside the registry removed them. */
export function lost(repositoryId: number, { id, location }: BlockPlace): BlockStoreError {
  return new BlockStoreError(`contents are lost: the bytes of block ${id} are missing`, {
    passing: false,
    ofBlock: true,
    cause: new Error(`block ${id} of repository ${repositoryId} should be in ${location ?? 'the database'}`),
  });
}

/**
 * The bytes of a block have the wrong size.
 * @param what the object, such as `object 1/…`
 */
export function damaged(what: string, { expected, got }: { expected: number; got: number }): BlockStoreError {
  return new BlockStoreError('contents in the content store are damaged', {
    passing: false,
    ofBlock: true,
    cause: new Error(`${what} has ${got} bytes; ${expected} were stored`),
  });
}
