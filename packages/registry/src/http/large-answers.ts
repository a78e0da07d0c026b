/** One thread makes all answers, so that more at once would not be ready sooner; the second one asks the database meanwhile. */
const AT_ONCE = 2;

/** A request's turn to make a large answer. */
export interface Turn {
  /** Waits until it is this request's turn; the same turn, however often it is asked for. */
  take(): Promise<void>;
  /** Lets the next one go on, where a turn was taken. */
  release(): void;
}

/**
 * Lets few large answers be made at the same time, in the order in which they are asked for: each is in memory whole until it is one text,
 * and all jobs of a workflow ask for theirs at once.
 */
export class LargeAnswers {
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  turn(): Turn {
    let turn: Promise<void> | null = null;
    return {
      take: () => {
        turn ??= this.#take();
        return turn;
      },
      release: () => void turn?.then(() => this.#release()),
    };
  }

  async #take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
