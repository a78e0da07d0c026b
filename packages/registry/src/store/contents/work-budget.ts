/** Limits the bytes that one gc run repacks: a large registry needs several nights. */
export class WorkBudget {
  #remaining: number;
  /** Whether work remains for the next run. */
  exhausted = false;

  /** @param bytes unpacked */
  constructor(bytes: number) {
    this.#remaining = bytes;
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
