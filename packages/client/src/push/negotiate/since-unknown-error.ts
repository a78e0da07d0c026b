import { RegistryError } from '../../connection/registry/registry-error.js';

/**
 * The registry does not have the state that a push is a difference to: it was restored from a
 * backup or replaced.
 */
export class SinceUnknownError extends RegistryError {
  /** Paths whose recording in the registry is newer than that state. */
  readonly newer: string[];

  constructor(newer: string[]) {
    super('INVALID', 'The registry does not know the snapshot that this push is based on.');
    this.newer = newer;
  }
}
