/** Limits the bytes that one run repacks: a large registry needs several runs. */
export class WorkBudget {
  #remaining: number;
  /** Whether work remains for the next run. */
  exhausted = false;

  /** Milliseconds that each repacking waits for the pushes to a repository; null: as long as the database allows. */
  readonly lockTimeout: number | null;

  /** @param bytes unpacked */
  constructor(bytes: number, lockTimeout: number | null = null) {
    this.#remaining = bytes;
    this.lockTimeout = lockTimeout;
  }

  /** Spends bytes, and returns whether the budget allowed it. The first item may exceed the whole budget. */
  spend(bytes: number): boolean {
    if (this.#remaining <= 0) {
      this.exhausted = true;
      return false;
    }
    this.#remaining -= bytes;
    return true;
  }
}
