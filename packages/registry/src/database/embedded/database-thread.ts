import { once } from 'node:events';
import { type Worker as Thread, Worker } from 'node:worker_threads';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';
import { WireSocket } from './wire-socket.js';

const WORKER = new URL('./database-worker.js', import.meta.url);

/** Milliseconds that PGlite has to write its data to disk when it closes. */
const CLOSE_TIMEOUT = 5_000;

/** Milliseconds between the end of the thread and the end of the process, for the last error responses. */
const EXIT_DELAY = 500;

/** PGlite ended, or does not start. The message says why. */
export class EmbeddedDatabaseStopped extends DatabaseUnavailable {
  constructor(message: string) {
    super('CONNECTION_CLOSED', message);
  }
}

/**
 * Runs PGlite in a thread. When the thread ends unexpectedly, the process exits: the driver does not always
 * recover from a lost connection, and the next start recovers the database as after a `kill -9`.
 */
export class DatabaseThread {
  readonly #directory: string;
  readonly #log: (line: string) => void;
  #worker: Thread | null = null;
  #socket: WireSocket | null = null;
  #isClosing = false;
  #isOpen = false;

  private constructor(directory: string, log: (line: string) => void) {
    this.#directory = directory;
    this.#log = log;
  }

  /**
   * Starts the thread.
   * @param directory the folder of the database's files
   * @throws EmbeddedDatabaseStopped when PGlite cannot open it
   */
  static async open(directory: string, log: (line: string) => void): Promise<DatabaseThread> {
    const thread = new DatabaseThread(directory, log);
    await thread.#start();
    return thread;
  }

  /** Connects the driver. Only one connection may exist. */
  connect(): WireSocket {
    this.#socket = new WireSocket({ send: (message) => this.#send(message, [message.buffer]) });
    return this.#socket;
  }

  /** Closes the database, and terminates its thread when that takes too long. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = once(worker, 'exit');
    const timer = setTimeout(() => {
      this.#log('the embedded database did not close in time and was stopped; the next start recovers it');
      void worker.terminate();
    }, CLOSE_TIMEOUT);
    this.#send('close');
    await ended;
    clearTimeout(timer);
  }

  #send(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #start(): Promise<void> {
    const data: ThreadData = { directory: this.#directory };
    const worker = new Worker(WORKER, { workerData: data });
    let reason = '';
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromThread) => {
        if (message === 'open') {
          this.#isOpen = true;
          resolve();
        } else if (message instanceof Uint8Array) this.#receive(message);
        else {
          reason = message.fatal || 'it aborted';
          void worker.terminate();
        }
      });
      worker.on('error', (error) => {
        reason ||= error.message;
      });
      worker.once('exit', (status) => {
        reason ||= `its thread ended with ${status}`;
        this.#ended(reason);
        reject(new EmbeddedDatabaseStopped(`the embedded database cannot be opened: ${reason}`));
      });
    });
  }

  #receive(part: Uint8Array<ArrayBuffer>): void {
    this.#socket?.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  }

  #ended(reason: string): void {
    const wasOpen = this.#isOpen;
    this.#worker = null;
    if (this.#isClosing || !wasOpen) return;
    this.#log(`the embedded database stopped, so the registry exits; start it again to recover: ${reason}`);
    this.#socket?.destroy(new EmbeddedDatabaseStopped(`the embedded database stopped: ${reason}`));
    setTimeout(() => process.exit(1), EXIT_DELAY);
  }
}
