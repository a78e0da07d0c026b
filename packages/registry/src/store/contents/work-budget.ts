/** Bounds what one run unpacks and packs: a large registry is tidied over several nights rather than in one. */
export class WorkBudget {
  #left: number;
  /** Whether something was left for the next run. */
  exhausted = false;

  /** @param bytes unpacked */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether there is room for so many more bytes; then they are taken. What is larger than everything may go first. */
  take(bytes: number): boolean {
    if (this.#left <= 0) {
      this.exhausted = true;
      return false;
    }
    this.#left -= bytes;
    return true;
  }
}
