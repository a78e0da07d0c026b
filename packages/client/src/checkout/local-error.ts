/** An expected failure on the local machine. The message is for people and says what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  /** The path that caused the failure, relative to the directory; null if there is none. */
  readonly path: string | null;

  constructor(message: string, path: string | null = null) {
    super(message);
    this.path = path;
  }
}
