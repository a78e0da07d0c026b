import { CallerLeft } from '../../database/statements/leaving-caller.js';

/** Seconds after which a caller with too many waiting requests can retry. */
export const PAUSE = 2;

/** The caller has reached its maximum of waiting requests. */
export class TooManyWaiting extends Error {
  constructor() {
    super('too many requests of this caller are waiting');
  }
}

export interface TurnLimits {
  /** Maximum number of turns at a time. */
  atOnce: number;
  /** Maximum number of turns per caller; less than `atOnce`, so that one caller cannot hold all turns. */
  perCaller: number;
  /** Maximum number of waiting requests per caller. */
  waiting: number;
}

/** The turn of a request for work whose concurrency is limited. */
export interface Turn {
  /**
   * Waits for the turn. Further calls return the same promise.
   * @throws TooManyWaiting, CallerLeft
   */
  take(): Promise<void>;
  /** Ends the turn, or leaves the queue. */
  release(): void;
}

interface Waiter {
  begin(): void;
}

/**
 * Limits concurrency fairly: turns go round-robin to callers, and in order to the requests of one
 * caller. However many requests one caller sends, a request of another caller waits for at most one
 * of them.
 */
export class FairTurns {
  #free: number;
  readonly #limits: TurnLimits;
  readonly #held = new Map<string, number>();
  /** Callers in round-robin order, with their waiting requests. */
  readonly #queues = new Map<string, Waiter[]>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#free = limits.atOnce;
  }

  /**
   * @param disconnected returns a signal that is aborted when the client disconnects; called only
   * when it must wait
   */
  turn(caller: string, disconnected: () => AbortSignal | null = () => null): Turn {
    let turn: Promise<void> | null = null;
    const end = new AbortController();
    return {
      take: () => {
        turn ??= this.#take(caller, disconnected, end.signal);
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

  async #take(caller: string, disconnected: () => AbortSignal | null, end: AbortSignal): Promise<void> {
    if (end.aborted) throw new CallerLeft();
    // While a turn is free, only requests of callers at their own limit are waiting.
    if (this.#free > 0 && this.#heldBy(caller) < this.#limits.perCaller) return this.#begin(caller);
    const queue = this.#queues.get(caller) ?? [];
    if (queue.length >= this.#limits.waiting) throw new TooManyWaiting();
    const clientSignal = disconnected();
    const signal = clientSignal === null ? end : AbortSignal.any([clientSignal, end]);
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
      // Deleting and adding the caller moves it to the end of the order.
      this.#queues.delete(next);
      if (queue.length > 0) this.#queues.set(next, queue);
      this.#begin(next);
      waiter?.begin();
    }
  }
}
