/** Memory for the bytes of one large block while it is read and sent. */
export interface HeldMemory {
  /** Returns what is above so many bytes to the budget. */
  shrink(bytes: number): void;
  /** Returns all of it; the second time it does nothing. */
  release(): void;
}

/** One caller's share of the memory for large blocks. */
export interface Memory {
  /** Waits until so many bytes are free. @throws CallerLeft */
  hold(bytes: number): Promise<HeldMemory>;
}
