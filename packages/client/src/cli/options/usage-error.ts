/** The command was given wrong or not enough: exit status 2. The message says what to give. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
