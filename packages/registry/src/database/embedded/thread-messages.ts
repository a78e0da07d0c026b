/** What the thread of PGlite is started with. */
export interface ThreadData {
  /** The folder of the database's files. */
  directory: string;
}

/** What the main thread sends: whole messages of the Postgres wire protocol, or the wish to close the database. */
export type ToThread = Uint8Array<ArrayBuffer> | 'close';

/** What the thread sends: parts of replies. `fatal` is its last message, because PGlite cannot go on. */
export type FromThread = Uint8Array<ArrayBuffer> | 'open' | { fatal: string };
