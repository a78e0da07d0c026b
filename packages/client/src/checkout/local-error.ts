/** An expected failure on this machine's side; the message is for a person and says what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  /** The path that is the matter, relative to the directory; null when none is. */
  readonly path: string | null;

  constructor(message: string, path: string | null = null) {
    super(message);
    this.path = path;
  }
}
