import type { BlockPlace } from './block-store.js';

/**
 * The store outside of the database cannot do what it was asked. The message is for whoever asked the registry, and names neither
 * buckets nor addresses; what the store said is in `cause`, for the log.
 */
export class BlockStoreError extends Error {
  override readonly name = 'BlockStoreError';
  /** Whether it may be over in a moment: the store is down, slow or busy. Else somebody has to do something. */
  readonly passing: boolean;

  constructor(message: string, options: { passing: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.passing = options.passing;
  }
}

/** That a block stands where this process does not look. */
export function elsewhere({ location }: BlockPlace): BlockStoreError {
  return new BlockStoreError('contents stand in a store that this registry is not configured for', {
    passing: false,
    cause: new Error(`a block stands in ${location}: FIXTURE_REGISTRY_CONTENT must name it`),
  });
}
