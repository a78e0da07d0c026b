/** What a process says when it claims a data directory. */
export interface Claim {
  /** Tells a process from all others, whatever their pids. */
  instance: string;
  /** Where it runs, for messages: another container may use the same number. */
  pid: number;
  /** The socket in the directory on which it listens as long as it lives. */
  socket: string;
  /** Where the owner answers, with an admin token that is valid as long as it runs. Only a server has these. */
  url?: string;
  token?: string;
}

/** A directory with numbered claims. Each method is one atomic step, except that `numbers` may miss changes. */
export interface ClaimFolder {
  /** The numbers of all claims that were there during the whole call; of others, maybe. */
  numbers(): Promise<number[]>;
  /** Null when there is no such claim. */
  read(number: number): Promise<Claim | null>;
  /** Creates a claim with its whole content. False when the number is in use. */
  create(number: number, claim: Claim): Promise<boolean>;
  remove(number: number): Promise<void>;
  /** Notes for ever that claims may have been removed. */
  noteRemovals(): Promise<void>;
  hadRemovals(): Promise<boolean>;
  /** Whether the process that made the claim lives, even if it is stopped. Once false, it stays false. */
  isAlive(claim: Claim): Promise<boolean>;
}

/** `number` is the one that this process owns; `owner` is the process that has the directory instead. */
export type ClaimResult = { number: number } | { owner: Claim };

/**
 * Takes a directory for one process. Its claim is alive (its socket listens) before the call.
 *
 * The owner is whoever made the highest claim, as long as it lives. A claim follows a dead one: whoever finds claim n
 * dead tries to create n + 1, which only one can. Two owners would need a number that was created twice, after its
 * first claim was removed. That is noticed:
 * - owners remove lower claims in ascending order, so n + 1 was never removed while the claim n that was found dead is
 *   there, and claims do not come back: each has an instance of its own;
 * - before the first removal, it is noted for ever, so number 1 was never removed while there is no note.
 * Both are checked after the creation. A claim that fails is withdrawn; a higher one exists then.
 */
export async function takeClaim(folder: ClaimFolder, claim: Claim): Promise<ClaimResult> {
  for (;;) {
    const last = Math.max(0, ...(await folder.numbers()));
    const previous = last === 0 ? null : await folder.read(last);
    // An owner of a higher claim removed it.
    if (last > 0 && !previous) continue;
    if (previous && (await folder.isAlive(previous))) return { owner: previous };
    const number = last + 1;
    if (!(await folder.create(number, claim))) continue;
    const isFirst = previous
      ? (await folder.read(last))?.instance === previous.instance
      : !(await folder.hadRemovals());
    if (isFirst) return { number };
    await folder.remove(number);
  }
}

/** Removes the claims of processes that had the directory before. Only the owner may. */
export async function removeLowerClaims(folder: ClaimFolder, number: number): Promise<void> {
  const lower = (await folder.numbers()).filter((other) => other < number).sort((a, b) => a - b);
  if (lower.length === 0) return;
  await folder.noteRemovals();
  for (const other of lower) await folder.remove(other);
}
