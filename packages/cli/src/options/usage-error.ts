/**
 * The command has a wrong or missing option: exit status 2. The message says what to use instead.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
