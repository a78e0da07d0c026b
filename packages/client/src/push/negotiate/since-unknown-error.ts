import { RegistryError } from '../../connection/registry/registry-error.js';

/** The registry does not hold what a push is a difference to: it was restored from a backup or replaced. */
export class SinceUnknownError extends RegistryError {
  /** Paths that the registry has in a newer form than that state. */
  readonly newer: string[];

  constructor(newer: string[]) {
    super('INVALID', 'The registry does not know the snapshot that this push is a difference to.');
    this.newer = newer;
  }
}
