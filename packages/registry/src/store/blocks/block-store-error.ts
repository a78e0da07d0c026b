import type { BlockPlace } from './block-store.js';

/**
 * The store outside of the database cannot do what it was asked. The message is for whoever asked the registry, and names neither
 * buckets nor addresses; what the store said is in `cause`, for the log.
 */
export class BlockStoreError extends Error {
  override readonly name = 'BlockStoreError';
  /** Whether it may be over in a moment: the store is down, slow or busy. Else somebody has to do something. */
  readonly passing: boolean;
  /** Whether it is about the bytes of one block alone, and other blocks may be had all the same. */
  readonly ofBlock: boolean;

  constructor(message: string, options: { passing: boolean; ofBlock?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.passing = options.passing;
    this.ofBlock = options.ofBlock ?? false;
  }
}

/** That a block stands where this process does not look. */
export function elsewhere({ location }: BlockPlace): BlockStoreError {
  return new BlockStoreError('contents stand in a store that this registry is not configured for', {
    passing: false,
    cause: new Error(
      `a block stands in ${location}: FIXTURE_REGISTRY_CONTENT must name it, or FIXTURE_REGISTRY_CONTENT_BEFORE`,
    ),
  });
}

/** That a block's row is there and its bytes are not: somebody removed them behind our back. */
export function lost(repositoryId: number, { id, location }: BlockPlace): BlockStoreError {
  return new BlockStoreError(`contents are lost: the bytes of block ${id} are not there`, {
    passing: false,
    ofBlock: true,
    cause: new Error(
      `block ${id} of repository ${repositoryId} should stand in ${location ?? 'the database'}`,
    ),
  });
}

/**
 * That bytes are there and are not those of the block.
 * @param what the place, as `object 1/…`
 */
export function damaged(what: string, { expected, got }: { expected: number; got: number }): BlockStoreError {
  return new BlockStoreError('the content store holds contents that are damaged', {
    passing: false,
    ofBlock: true,
    cause: new Error(`${what} has ${got} bytes; ${expected} were stored`),
  });
}
