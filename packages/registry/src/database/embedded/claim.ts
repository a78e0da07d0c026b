/** The content of a claim file: which process claims the data directory. */
export interface Claim {
  /** A random id of the process. Pids are not unique across containers. */
  instance: string;
  /** For messages only. */
  pid: number;
  /** The name of the guard socket in the directory; the process listens on it while it lives. */
  socket: string;
  /** The owner's URL, and an admin token that is valid while the owner runs. Only a server has these. */
  url?: string;
  token?: string;
}

/**
 * A directory with numbered claims. Each method is one atomic step, except that `numbers` may miss changes.
 */
export interface ClaimFolder {
  /** The numbers of all claims that exist during the whole call; concurrent changes may be missing. */
  numbers(): Promise<number[]>;
  /** Null when there is no such claim. */
  read(number: number): Promise<Claim | null>;
  /** Creates a claim with its whole content. Returns false when the number exists. */
  create(number: number, claim: Claim): Promise<boolean>;
  remove(number: number): Promise<void>;
  /** Records permanently that claims may have been removed. */
  noteRemovals(): Promise<void>;
  hadRemovals(): Promise<boolean>;
  /** Whether the claim's process lives; a suspended one counts as alive. Once false, it stays false. */
  isAlive(claim: Claim): Promise<boolean>;
}

/** Either the `number` of the claim that this process now owns, or the `owner` that holds the directory. */
export type ClaimResult = { number: number } | { owner: Claim };

/**
 * Acquires a directory for one process. The guard socket of the claim must listen before the call.
 *
 * The process with the highest claim owns the directory as long as it lives. A process that finds claim n
 * dead tries to create claim n + 1, which succeeds for one process only. Two owners would need a number that
 * was created twice, after its first claim was removed. Two checks after the creation detect that:
 * - Owners remove lower claims in ascending order, so claim n + 1 was never removed while the dead claim n
 *   exists. A removed claim cannot reappear: each has a random instance id.
 * - `claim.0` is written before the first removal, so claim 1 was never removed while `claim.0` is missing.
 *
 * A claim that fails a check is withdrawn: a higher one exists then.
 */
export async function acquireClaim(folder: ClaimFolder, claim: Claim): Promise<ClaimResult> {
  for (;;) {
    const last = Math.max(0, ...(await folder.numbers()));
    const previous = last === 0 ? null : await folder.read(last);
    // The owner of a higher claim removed it in the meantime.
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

/** Removes the claims of former owners. Only the owner may call it. */
export async function removeLowerClaims(folder: ClaimFolder, number: number): Promise<void> {
  const lower = (await folder.numbers()).filter((other) => other < number).sort((a, b) => a - b);
  if (lower.length === 0) return;
  await folder.noteRemovals();
  for (const other of lower) await folder.remove(other);
}
