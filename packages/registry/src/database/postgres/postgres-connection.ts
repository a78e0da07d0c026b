import type { Duplex } from 'node:stream';
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core/utils';
import postgres from 'postgres';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import { type ServerAddress, singleSocket } from './single-socket.js';

/** Seconds to open the socket, and again to authenticate. */
const CONNECT_TIMEOUT = 10;

/** Seconds that closing a connection waits for running statements. */
const END_TIMEOUT = 5;

const BIGINT = 20;

/** The type ids of the arrays that our queries return. */
const TEXT_ARRAY = 1009;
const NUMBER_ARRAYS = [1005, 1007, 1016];

/**
 * Excludes connections reserved for superusers: even as a superuser, the registry leaves them to operators.
 */
const ROOM = `select current_setting('max_connections')::int
  - current_setting('superuser_reserved_connections')::int as room, pg_backend_pid() as "processId"`;

export interface ConnectionOptions {
  /** Whether statements may be prepared; see `isDirect`. */
  prepare: boolean;
  /** Session parameters, sent in the startup message. */
  session: Record<string, string>;
  onNotice(line: string): void;
  /** Parsers and serializers of column types, by type id. */
  types: TypeTables;
  /** A socket to use instead of the address, with a timeout in seconds. */
  socket?: { open: () => Promise<Duplex>; timeout: number };
}

/** The driver's tables of types. Drizzle writes its own parsers and serializers into them. */
export interface TypeTables {
  parsers: Record<string, (value: string) => unknown>;
  serializers: Record<string, (value: unknown) => unknown>;
}

/** The options of the driver's `unsafe`. */
export interface QueryOptions {
  prepare?: boolean;
}

type Rows = postgres.RowList<postgres.Row[]>;

/**
 * One connection to Postgres, with its own client of the driver. A lost connection is never reopened. The
 * driver's own pool reconnects: a transaction whose connection is lost then crashes the process by writing to
 * a missing socket, or continues on the next socket outside of a transaction.
 */
export class PostgresConnection {
  readonly openedAt = performance.now();
  /** Connections that the server allows for all clients together. */
  room = Number.POSITIVE_INFINITY;
  /** The process id of the server's backend. Behind a pooler it may change at any moment. */
  processId = 0;
  #lost: Error | null = null;
  readonly #client: postgres.Sql;
  readonly #waiting = new Set<(error: Error) => void>();

  private constructor(client: postgres.Sql) {
    this.#client = client;
  }

  /**
   * Connects to the first reachable server of the address.
   * @throws DatabaseUnavailable, or the server's error
   */
  static async open(url: string, options: ConnectionOptions): Promise<PostgresConnection> {
    // Only parses the address: the driver connects with its first query.
    const { host, port } = postgres(url).options;
    let failure: unknown;
    for (const [index, name] of host.entries()) {
      try {
        return await PostgresConnection.#openAt(url, name, port[index] ?? port[0], options);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  static async #openAt(
    url: string,
    host: string,
    port: number | undefined,
    { prepare, session, onNotice, types, socket: custom }: ConnectionOptions,
  ): Promise<PostgresConnection> {
    let connection: PostgresConnection | null = null;
    // The driver's types leave the socket out.
    const socket: { socket(address: ServerAddress): unknown } = {
      socket: custom?.open ?? singleSocket(CONNECT_TIMEOUT * 1000),
    };
    const client = postgres(url, {
      ...socket,
      host,
      ...(port !== undefined && { port }),
      max: 1,
      connect_timeout: custom?.timeout ?? CONNECT_TIMEOUT,
      // The pool limits the lifetime, between two queries.
      max_lifetime: null,
      idle_timeout: undefined,
      // If the driver's own query for array types fails, the process crashes.
      fetch_types: false,
      prepare,
      connection: session,
      onnotice: (notice) => {
        // Drops noise such as "already exists, skipping" at each start.
        if (notice['severity'] !== 'NOTICE') onNotice(String(notice['message']));
      },
      onclose: () => {
        if (connection !== null) connection.#end();
      },
      types: { bigint: { to: BIGINT, from: [BIGINT], parse: Number, serialize: String } },
    });
    const { parsers, serializers } = client.options;
    Object.assign(parsers, types.parsers, { [TEXT_ARRAY]: parsePgArray });
    for (const type of NUMBER_ARRAYS) parsers[type] = (text) => parsePgArray(text).map(Number);
    Object.assign(serializers, types.serializers);
    connection = new PostgresConnection(client);
    try {
      const [server] = await connection.run(ROOM);
      connection.room = Number(server?.['room']);
      connection.processId = Number(server?.['processId']);
      return connection;
    } catch (error) {
      await connection.close(0);
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost !== null;
  }

  /**
   * Runs a statement, or several in one text without parameters. Concurrent calls run one after the other.
   * @param asValues returns each row as an array of values
   * @throws DatabaseUnavailable, or the server's error
   */
  run(text: string, parameters: unknown[] = [], options: QueryOptions = {}, asValues = false): Promise<Rows> {
    if (this.#lost) return Promise.reject(this.#lost);
    const literals = parameters.map((each) => (Array.isArray(each) ? makePgArray(each) : each)) as never[];
    return new Promise<Rows>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.#waiting.delete(fail);
        reject(asFailure(error));
      };
      this.#waiting.add(fail);
      const query = this.#client.unsafe(text, literals, options);
      (asValues ? query.values() : query).then((rows) => {
        this.#waiting.delete(fail);
        resolve(rows as Rows);
      }, fail);
    });
  }

  /** Closes the connection. @param timeout seconds to wait for running statements */
  async close(timeout = END_TIMEOUT): Promise<void> {
    this.#lost ??= new DatabaseUnavailable('CONNECTION_ENDED', 'the connection to the database was closed');
    await this.#client.end({ timeout });
  }

  /** The driver calls this as soon as its socket closes, before another statement can run. */
  #end(): void {
    this.#lost ??= new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    const error = this.#lost;
    // The driver rejects sent statements first, with a better reason; the ones it forgets would wait forever.
    setImmediate(() => {
      for (const fail of [...this.#waiting]) fail(error);
    });
    void this.#client.end({ timeout: 0 });
  }
}

/** Keeps the server's errors and errors in a query; turns connection errors into `DatabaseUnavailable`. */
function asFailure(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof postgres.PostgresError || error instanceof DatabaseUnavailable) return error;
  if (typeof code !== 'string' || QUERY_ERRORS.has(code)) return error;
  return new DatabaseUnavailable(code, (error as Error).message || code, error);
}

/** Codes of the driver for errors in a query. */
const QUERY_ERRORS = new Set([
  'UNDEFINED_VALUE',
  'MAX_PARAMETERS_EXCEEDED',
  'MESSAGE_NOT_SUPPORTED',
  'NOT_TAGGED_CALL',
  'UNSAFE_TRANSACTION',
]);
