/** Bounds the bytes of requests in memory, in total and per caller. */
export class ByteBudget {
  #all = 0;
  readonly #ofCaller = new Map<string, number>();
  readonly #limits: { all: number; perCaller: number };

  constructor(limits: { all: number; perCaller: number }) {
    this.#limits = limits;
  }

  /** Makes a reservation for one request. `reserve` returns false when a limit is reached. */
  reservation(caller: string): { reserve(bytes: number): boolean; free(): void } {
    let reserved = 0;
    return {
      reserve: (bytes) => {
        if (!this.#take(caller, bytes)) return false;
        reserved += bytes;
        return true;
      },
      free: () => {
        this.#giveBack(caller, reserved);
        reserved = 0;
      },
    };
  }

  #take(caller: string, bytes: number): boolean {
    const own = (this.#ofCaller.get(caller) ?? 0) + bytes;
    if (own > this.#limits.perCaller || this.#all + bytes > this.#limits.all) return false;
    this.#all += bytes;
    this.#ofCaller.set(caller, own);
    return true;
  }

  #giveBack(caller: string, bytes: number): void {
    this.#all -= bytes;
    const own = (this.#ofCaller.get(caller) ?? 0) - bytes;
    if (own > 0) this.#ofCaller.set(caller, own);
    else this.#ofCaller.delete(caller);
  }
}
