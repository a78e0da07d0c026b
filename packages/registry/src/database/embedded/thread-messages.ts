/** The start data of the PGlite thread. */
export interface ThreadData {
  /** The folder of the database's files. */
  directory: string;
}

/**
 * Messages to the thread: whole messages of the Postgres wire protocol, or the command to close the database.
 */
export type ToThread = Uint8Array<ArrayBuffer> | 'close';

/**
 * Messages from the thread: parts of replies; `open` after the start; `fatal` as the last message after a
 * crash.
 */
export type FromThread = Uint8Array<ArrayBuffer> | 'open' | { fatal: string };
