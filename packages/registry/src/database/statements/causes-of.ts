/** All that is known of a failure, in one line, for whoever runs the registry. */
export function causesOf(error: unknown): string {
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    causes.push(cause.message || code || cause.name);
  }
  return causes.join(': ');
}
