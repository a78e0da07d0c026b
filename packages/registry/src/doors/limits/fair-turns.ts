import { CallerLeft } from '../../database/statements/leaving-caller.js';

/** Seconds after which a caller with too many requests waiting may try again. */
export const PAUSE = 2;

/** A caller has as many requests waiting as it may have. */
export class TooManyWaiting extends Error {
  constructor() {
    super('too many requests of this caller are waiting');
  }
}

export interface TurnLimits {
  /** Turns that are held at the same time. */
  atOnce: number;
  /** Those of one caller: fewer, so that one caller never holds them all. */
  perCaller: number;
  /** Requests of one caller that may wait. */
  waiting: number;
}

/** A request's turn to do something of which little is done at the same time. */
export interface Turn {
  /**
   * Waits until it is this request's turn; the same turn, however often it is asked for.
   * @throws TooManyWaiting, CallerLeft
   */
  take(): Promise<void>;
  /** Ends the turn, or gives up the place in the queue. */
  release(): void;
}

interface Waiter {
  begin(): void;
}

/**
 * Gives turns to callers in rotation, and to the requests of one caller in their order: however many requests one
 * caller sends, another caller's request is the next but one.
 */
export class FairTurns {
  #free: number;
  readonly #limits: TurnLimits;
  readonly #held = new Map<string, number>();
  /** In the order of the rotation. */
  readonly #queues = new Map<string, Waiter[]>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#free = limits.atOnce;
  }

  /** @param left gives a signal that is aborted when the caller leaves; it is asked for only where it has to wait */
  turn(caller: string, left: () => AbortSignal | null = () => null): Turn {
    let turn: Promise<void> | null = null;
    const end = new AbortController();
    return {
      take: () => {
        turn ??= this.#take(caller, left, end.signal);
        return turn;
      },
      release: () => {
        if (end.signal.aborted) return;
        end.abort();
        turn?.then(
          () => this.#release(caller),
          () => {},
        );
      },
    };
  }

  async #take(caller: string, left: () => AbortSignal | null, end: AbortSignal): Promise<void> {
    if (end.aborted) throw new CallerLeft();
    // With a turn free, all who wait are callers that hold as many as they may.
    if (this.#free > 0 && this.#heldBy(caller) < this.#limits.perCaller) return this.#begin(caller);
    const queue = this.#queues.get(caller) ?? [];
    if (queue.length >= this.#limits.waiting) throw new TooManyWaiting();
    const gone = left();
    const signal = gone === null ? end : AbortSignal.any([gone, end]);
    if (signal.aborted) throw new CallerLeft();
    this.#queues.set(caller, queue);
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1);
        if (queue.length === 0) this.#queues.delete(caller);
        reject(new CallerLeft());
      };
      const waiter: Waiter = {
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      queue.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #heldBy(caller: string): number {
    return this.#held.get(caller) ?? 0;
  }

  #begin(caller: string): void {
    this.#free--;
    this.#held.set(caller, this.#heldBy(caller) + 1);
  }

  #release(caller: string): void {
    this.#free++;
    const held = this.#heldBy(caller) - 1;
    if (held > 0) this.#held.set(caller, held);
    else this.#held.delete(caller);
    for (const [next, queue] of this.#queues) {
      if (this.#free === 0) return;
      if (this.#heldBy(next) >= this.#limits.perCaller) continue;
      const waiter = queue.shift();
      // To the end of the rotation.
      this.#queues.delete(next);
      if (queue.length > 0) this.#queues.set(next, queue);
      this.#begin(next);
      waiter?.begin();
    }
  }
}
