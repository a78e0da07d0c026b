import { CallerLeft } from '../../database/statements/leaving-caller.js';
import type { HeldMemory, Memory } from '../../store/contents/memory.js';

export interface ByteLimits {
  /** Maximum bytes in total. */
  all: number;
  /** Maximum bytes per caller; less than `all`, so that one caller cannot hold everything. */
  perCaller: number;
}

interface Waiter {
  bytes: number;
  begin(): void;
}

/**
 * Allocates memory round-robin among callers, and in order for the requests of one caller. A
 * request that does not fit waits, while smaller requests of other callers proceed, so that a slow
 * client with a very large recording blocks no one else. A request above its caller's limit
 * proceeds when the caller holds nothing, and one above the total when nobody does.
 */
export class FairBytes {
  #all = 0;
  readonly #limits: ByteLimits;
  readonly #held = new Map<string, number>();
  /** Callers in round-robin order, with their waiting requests. */
  readonly #queues = new Map<string, Waiter[]>();

  constructor(limits: ByteLimits) {
    this.#limits = limits;
  }

  /** The bytes held at the moment. */
  get held(): number {
    return this.#all;
  }

  /**
   * @param end is aborted when the request ends, which releases what it holds and cancels what it
   * waits for
   */
  share(caller: string, end: AbortSignal): Memory {
    return {
      hold: async (bytes) => {
        if (end.aborted) throw new CallerLeft();
        await this.#wait(caller, bytes, end);
        return this.#holding(caller, bytes, end);
      },
    };
  }

  #wait(caller: string, bytes: number, end: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(caller) ?? [];
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1);
        if (queue.length === 0) this.#queues.delete(caller);
        reject(new CallerLeft());
        this.#advance();
      };
      const waiter: Waiter = {
        bytes,
        begin: () => {
          end.removeEventListener('abort', leave);
          resolve();
        },
      };
      queue.push(waiter);
      this.#queues.set(caller, queue);
      end.addEventListener('abort', leave, { once: true });
      this.#advance();
    });
  }

  #holding(caller: string, bytes: number, end: AbortSignal): HeldMemory {
    let left = bytes;
    const shrink = (to: number) => {
      if (to >= left) return;
      this.#add(caller, to - left);
      left = to;
      this.#advance();
    };
    const release = () => {
      end.removeEventListener('abort', release);
      shrink(0);
    };
    if (end.aborted) release();
    else end.addEventListener('abort', release, { once: true });
    return { shrink, release };
  }

  /** Starts the first waiting request of each caller that fits. Its caller moves to the end of the order. */
  #advance(): void {
    for (const [caller, queue] of [...this.#queues]) {
      const [first] = queue;
      if (first === undefined || !this.#fits(caller, first.bytes)) continue;
      queue.shift();
      this.#queues.delete(caller);
      if (queue.length > 0) this.#queues.set(caller, queue);
      this.#add(caller, first.bytes);
      first.begin();
      this.#advance();
      return;
    }
  }

  #fits(caller: string, bytes: number): boolean {
    const own = this.#held.get(caller) ?? 0;
    if (own > 0 && own + bytes > this.#limits.perCaller) return false;
    return this.#all === 0 || this.#all + bytes <= this.#limits.all;
  }

  #add(caller: string, bytes: number): void {
    this.#all += bytes;
    const own = (this.#held.get(caller) ?? 0) + bytes;
    if (own > 0) this.#held.set(caller, own);
    else this.#held.delete(caller);
  }
}
