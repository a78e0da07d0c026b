import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import type { PostgresConnection } from './postgres-connection.js';

/** Of the pools of a server. */
const PATIENCE = 30_000;

/** Milliseconds after which a connection is replaced: so that a process comes back to a server that was replaced. */
const LIFETIME = 45 * 60_000;

/** Milliseconds for which a pool stays smaller after the server had no room for another connection. */
const SMALLER_FOR = 60_000;

/** Of a server's connections: one looks at the registry's health, one is for whoever looks after the database. */
const LEFT_TO_OTHERS = 2;

interface Waiting {
  take(connection: PostgresConnection): void;
  fail(error: unknown): void;
}

/** Lends connections, each to one at a time, and opens them when they are needed. Lost ones are replaced. */
export class PostgresPool {
  readonly #idle: PostgresConnection[] = [];
  readonly #queue: Waiting[] = [];
  /** Lent, idle and being opened. */
  #count = 0;
  readonly #ending = new Set<Promise<void>>();
  #whenEmpty: () => void = () => {};
  #isClosed = false;
  /** Connections at most on a server that has few. */
  #share = Number.POSITIVE_INFINITY;
  /** Connections at most while the server has no room for more. */
  #room = { max: Number.POSITIVE_INFINITY, until: 0 };
  readonly #open: () => Promise<PostgresConnection>;
  readonly #max: number;
  readonly #patience: number;

  /** @param patience milliseconds that a question waits for a connection when all are in use */
  constructor(open: () => Promise<PostgresConnection>, max: number, patience = PATIENCE) {
    this.#open = open;
    this.#max = max;
    this.#patience = patience;
  }

  /** Lends a connection for a piece of work. @throws DatabaseUnavailable when none is to be had in time */
  async use<Result>(
    work: (connection: PostgresConnection) => Promise<Result>,
    patience = this.#patience,
  ): Promise<Result> {
    const connection = await this.#borrow(patience);
    try {
      return await work(connection);
    } finally {
      this.#return(connection);
    }
  }

  /** Ends all connections; those in use when they come back, at most `patience` milliseconds later. */
  async close(patience = 5_000): Promise<void> {
    this.#isClosed = true;
    for (const { fail } of this.#queue.splice(0)) fail(ended());
    for (const connection of this.#idle.splice(0)) this.#drop(connection);
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.#whenEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await Promise.all(this.#ending);
  }

  get #limit(): number {
    const isSmaller = performance.now() < this.#room.until;
    return Math.min(this.#max, this.#share, isSmaller ? this.#room.max : this.#max);
  }

  #borrow(patience: number): Promise<PostgresConnection> {
    if (this.#isClosed) return Promise.reject(ended());
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.isLost) return Promise.resolve(idle);
      this.#drop(idle);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take: (connection) => {
          clearTimeout(timer);
          resolve(connection);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(
          new DatabaseUnavailable('POOL_EXHAUSTED', 'no connection to the database became free in time'),
        );
      }, patience);
      this.#queue.push(waiting);
      if (this.#count < this.#limit) void this.#grow();
    });
  }

  async #grow(): Promise<void> {
    this.#count++;
    try {
      const connection = await this.#open();
      // It may be another server now than before, with other settings.
      this.#share = Math.max(1, connection.room - LEFT_TO_OTHERS);
      this.#return(connection);
    } catch (error) {
      this.#leave();
      // The server has no room for another: those that there are will come back, and one is left to others.
      if (isFull(error) && this.#count > 0) {
        this.#room = { max: Math.max(1, this.#count - 1), until: performance.now() + SMALLER_FOR };
        return;
      }
      this.#queue.shift()?.fail(error);
      if (this.#count === 0 && this.#queue.length > 0) void this.#grow();
    }
  }

  #return(connection: PostgresConnection): void {
    const isOld = performance.now() - connection.openedAt > LIFETIME;
    if (connection.isLost || isOld || this.#isClosed || this.#count > this.#limit) {
      this.#drop(connection);
      if (this.#queue.length > 0 && this.#count < this.#limit) void this.#grow();
      return;
    }
    const waiting = this.#queue.shift();
    if (waiting) waiting.take(connection);
    else this.#idle.push(connection);
  }

  #drop(connection: PostgresConnection): void {
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#leave();
  }

  #leave(): void {
    if (--this.#count === 0) this.#whenEmpty();
  }
}

const ended = () => new DatabaseUnavailable('CONNECTION_ENDED', 'the connections to the database are closed');

/** too_many_connections, and what PgBouncer and roles with a limit say. */
const isFull = (error: unknown) => (error as { code?: unknown }).code === '53300';
