/** An invalid environment variable or command line. The message says what is wrong and what to do. */
export class UsageError extends Error {}
