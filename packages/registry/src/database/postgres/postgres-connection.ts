import type { Duplex } from 'node:stream';
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core/utils';
import postgres from 'postgres';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import { type ServerPlace, singleSocket } from './single-socket.js';

/** Seconds that a connection may take to come about, and again to be ready for questions. */
const CONNECT_TIMEOUT = 10;

/** Seconds that the end of a connection waits for what is under way. */
const END_TIMEOUT = 5;

const BIGINT = 20;

/** The types of lists that queries answer with. */
const TEXT_ARRAY = 1009;
const NUMBER_ARRAYS = [1005, 1007, 1016];

/** Without those that are kept for superusers: a registry that is one leaves them to people. */
const ROOM = `select current_setting('max_connections')::int
  - current_setting('superuser_reserved_connections')::int as room, pg_backend_pid() as "processId"`;

export interface ConnectionOptions {
  /** Whether statements may be prepared; see `isDirect`. */
  prepare: boolean;
  /** Parameters of the session, sent at its start. */
  session: Record<string, string>;
  onNotice(line: string): void;
  /** How the types of columns are read and written, by their numbers. */
  types: TypeTables;
  /** Where the bytes go if not to the address: the socket, and the seconds until it answers. */
  socket?: { open: () => Promise<Duplex>; timeout: number };
}

/** As the driver keeps them: drizzle puts its own into the tables of the client that it is given. */
export interface TypeTables {
  parsers: Record<string, (value: string) => unknown>;
  serializers: Record<string, (value: unknown) => unknown>;
}

/** How to ask: as the driver's `unsafe` takes it. */
export interface QueryOptions {
  prepare?: boolean;
}

type Rows = postgres.RowList<postgres.Row[]>;

/**
 * One connection to Postgres, which ends for good when it is lost. The driver's own pool reuses its connections:
 * a transaction whose connection is lost then writes to no socket, which ends the process, or goes on outside of
 * its transaction on the next socket. Here each has a driver's client of its own, which is thrown away with it.
 */
export class PostgresConnection {
  readonly openedAt = performance.now();
  /** Connections that the server has for all its clients together. */
  room = Number.POSITIVE_INFINITY;
  /** The number of the server's process; another one at any moment behind a pooler. */
  processId = 0;
  #lost: Error | null = null;
  readonly #client: postgres.Sql;
  readonly #waiting = new Set<(error: Error) => void>();

  private constructor(client: postgres.Sql) {
    this.#client = client;
  }

  /**
   * Connects to the first of the address's servers that answers.
   * @throws DatabaseUnavailable, or the server's error
   */
  static async open(url: string, options: ConnectionOptions): Promise<PostgresConnection> {
    // It does not connect before it is asked something.
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
    { prepare, session, onNotice, types, socket: given }: ConnectionOptions,
  ): Promise<PostgresConnection> {
    let connection: PostgresConnection | null = null;
    // The driver's types leave the socket out.
    const socket: { socket(place: ServerPlace): unknown } = {
      socket: given?.open ?? singleSocket(CONNECT_TIMEOUT * 1000),
    };
    const client = postgres(url, {
      ...socket,
      host,
      ...(port !== undefined && { port }),
      max: 1,
      connect_timeout: given?.timeout ?? CONNECT_TIMEOUT,
      // The pool does it, between two questions.
      max_lifetime: null,
      idle_timeout: undefined,
      // The driver asks for the types of lists itself, and a failure of that question ends the process.
      fetch_types: false,
      prepare,
      connection: session,
      onnotice: (notice) => {
        // "already exists, skipping" at each start tells nobody anything.
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
   * Runs a statement, or several in one text without parameters. Those asked for together run one after the other.
   * @param asValues rows as lists of values
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

  /** Ends the connection. @param timeout seconds to wait for what is under way */
  async close(timeout = END_TIMEOUT): Promise<void> {
    this.#lost ??= new DatabaseUnavailable('CONNECTION_ENDED', 'the connection to the database was closed');
    await this.#client.end({ timeout });
  }

  /** The driver says at once that its socket closed, before anything else can run on it. */
  #end(): void {
    this.#lost ??= new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    const error = this.#lost;
    // The driver fails what it had sent, with the better reason; what it forgets would wait for ever.
    setImmediate(() => {
      for (const fail of [...this.#waiting]) fail(error);
    });
    void this.#client.end({ timeout: 0 });
  }
}

/** What the server says stays as it is; all else is about the connection, or a fault in a question. */
function asFailure(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof postgres.PostgresError || error instanceof DatabaseUnavailable) return error;
  if (typeof code !== 'string' || NOT_THE_CONNECTION.has(code)) return error;
  return new DatabaseUnavailable(code, (error as Error).message || code, error);
}

/** The driver's complaints about a question. */
const NOT_THE_CONNECTION = new Set([
  'UNDEFINED_VALUE',
  'MAX_PARAMETERS_EXCEEDED',
  'MESSAGE_NOT_SUPPORTED',
  'NOT_TAGGED_CALL',
  'UNSAFE_TRANSACTION',
]);
