import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import type { PostgresConnection } from './postgres-connection.js';

/** Milliseconds that a query waits for a free connection. */
const WAIT_TIMEOUT = 30_000;

/** Milliseconds after which a connection is replaced, so that a process follows a replaced server. */
const LIFETIME = 45 * 60_000;

/** Milliseconds for which a pool stays smaller after the server refused another connection. */
const SMALLER_FOR = 60_000;

/** Server connections that the pool never uses: one for health checks, one for the database's operator. */
const RESERVED = 2;

interface Waiter {
  use(connection: PostgresConnection): void;
  fail(error: unknown): void;
}

/**
 * A connection pool: each connection serves one user at a time, opens on demand, and is replaced when lost.
 */
export class PostgresPool {
  readonly #idle: PostgresConnection[] = [];
  readonly #queue: Waiter[] = [];
  /** Connections in use, idle and being opened. */
  #count = 0;
  readonly #ending = new Set<Promise<void>>();
  #whenEmpty: () => void = () => {};
  #isClosed = false;
  /** The maximum that the server's own limit leaves to this pool. */
  #share = Number.POSITIVE_INFINITY;
  /** The temporary maximum after the server refused another connection. */
  #room = { max: Number.POSITIVE_INFINITY, until: 0 };
  readonly #open: () => Promise<PostgresConnection>;
  readonly #max: number;
  readonly #timeout: number;

  /** @param timeout milliseconds that a query waits when all connections are in use */
  constructor(open: () => Promise<PostgresConnection>, max: number, timeout = WAIT_TIMEOUT) {
    this.#open = open;
    this.#max = max;
    this.#timeout = timeout;
  }

  /** Runs work on a connection. @throws DatabaseUnavailable when no connection becomes free in time */
  async use<Result>(
    work: (connection: PostgresConnection) => Promise<Result>,
    timeout = this.#timeout,
  ): Promise<Result> {
    const connection = await this.#acquire(timeout);
    try {
      return await work(connection);
    } finally {
      this.#release(connection);
    }
  }

  /** Closes all connections; waits at most `timeout` milliseconds for those in use. */
  async close(timeout = 5_000): Promise<void> {
    this.#isClosed = true;
    for (const { fail } of this.#queue.splice(0)) fail(ended());
    for (const connection of this.#idle.splice(0)) this.#drop(connection);
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeout);
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

  #acquire(timeout: number): Promise<PostgresConnection> {
    if (this.#isClosed) return Promise.reject(ended());
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.isLost) return Promise.resolve(idle);
      this.#drop(idle);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        use: (connection) => {
          clearTimeout(timer);
          resolve(connection);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(
          new DatabaseUnavailable('POOL_EXHAUSTED', 'no connection to the database became free in time'),
        );
      }, timeout);
      this.#queue.push(waiter);
      if (this.#count < this.#limit) void this.#grow();
    });
  }

  async #grow(): Promise<void> {
    this.#count++;
    try {
      const connection = await this.#open();
      // After a failover this may be another server, with another limit.
      this.#share = Math.max(1, connection.room - RESERVED);
      this.#release(connection);
    } catch (error) {
      this.#countDown();
      // The server is full: wait for the open connections, and give up one for other clients.
      if (isFull(error) && this.#count > 0) {
        this.#room = { max: Math.max(1, this.#count - 1), until: performance.now() + SMALLER_FOR };
        return;
      }
      this.#queue.shift()?.fail(error);
      if (this.#count === 0 && this.#queue.length > 0) void this.#grow();
    }
  }

  #release(connection: PostgresConnection): void {
    const isOld = performance.now() - connection.openedAt > LIFETIME;
    if (connection.isLost || isOld || this.#isClosed || this.#count > this.#limit) {
      this.#drop(connection);
      if (this.#queue.length > 0 && this.#count < this.#limit) void this.#grow();
      return;
    }
    const waiter = this.#queue.shift();
    if (waiter) waiter.use(connection);
    else this.#idle.push(connection);
  }

  #drop(connection: PostgresConnection): void {
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#countDown();
  }

  #countDown(): void {
    if (--this.#count === 0) this.#whenEmpty();
  }
}

const ended = () => new DatabaseUnavailable('CONNECTION_ENDED', 'the connections to the database are closed');

/** too_many_connections; PgBouncer and roles with a connection limit report the same. */
const isFull = (error: unknown) => (error as { code?: unknown }).code === '53300';
