/** The messages of an error and its causes in one line, for the operator's log. */
export function causesOf(error: unknown): string {
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    causes.push(cause.message || code || cause.name);
  }
  return causes.join(': ');
}
