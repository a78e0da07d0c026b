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

/** That a block's row is there and its bytes are not: somebody removed them behind our back. */
export function lost(repositoryId: number, { id, location }: BlockPlace): BlockStoreError {
  return new BlockStoreError(`contents are lost: the bytes of block ${id} are not there`, {
    passing: false,
    cause: new Error(
      `block ${id} of repository ${repositoryId} should stand in ${location ?? 'the database'}`,
    ),
  });
}

/** All that is known of a failure, in one line, for whoever runs the registry. */
export function causesOf(error: unknown): string {
  const told: string[] = [];
  for (let cause = error; cause instanceof Error && told.length < 4; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    told.push(cause.message || code || cause.name);
  }
  return told.join(': ');
}
