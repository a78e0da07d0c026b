/** What the action is waiting for, outermost first. */
const running: string[] = [];

/**
 * Runs work that waits for another machine, so that a step that exceeds its time limit can say for what.
 * @param what completes "waiting for …": `the registry to send the recordings`
 */
export async function waitingFor<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  running.push(what);
  try {
    return await work();
  } finally {
    running.splice(running.lastIndexOf(what), 1);
  }
}

/** What is waited for now; null when nothing is. */
export function currentlyWaitingFor(): string | null {
  return running.at(-1) ?? null;
}
