import { once } from 'node:events';
import { type Worker as Thread, Worker } from 'node:worker_threads';
import { DatabaseUnavailable } from '../database-unavailable.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';
import { WireSocket } from './wire-socket.js';

const WORKER = new URL('./database-worker.js', import.meta.url);

/** Milliseconds that PGlite has to write everything to its files when it closes. */
const CLOSING_TIME = 5_000;

/** Milliseconds between the end of a thread and the start of the next. */
const PAUSE = 1_000;

/** PGlite ended, or does not start. The message says why. */
export class EmbeddedDatabaseStopped extends DatabaseUnavailable {
  constructor(message: string) {
    super('CONNECTION_CLOSED', message);
  }
}

/** PGlite in a thread. When the thread ends unexpectedly, the next connection starts another one. */
export class DatabaseThread {
  readonly #directory: string;
  readonly #log: (line: string) => void;
  #worker: Thread | null = null;
  #socket: WireSocket | null = null;
  #opening: Promise<void> | null = null;
  #isClosing = false;
  /** Why the last thread ended, and when. */
  #end = { reason: '', at: Number.NEGATIVE_INFINITY };

  private constructor(directory: string, log: (line: string) => void) {
    this.#directory = directory;
    this.#log = log;
  }

  /** @param directory the folder of the database's files. Throws why PGlite does not open it. */
  static async open(directory: string, log: (line: string) => void): Promise<DatabaseThread> {
    const thread = new DatabaseThread(directory, log);
    await thread.#start();
    return thread;
  }

  /**
   * Connects the driver. Does not throw: the driver never recovers from that. Where there is no database, the socket
   * fails with `DatabaseUnavailable`.
   */
  async connect(): Promise<WireSocket> {
    const socket = new WireSocket({ send: (message) => this.#send(message, [message.buffer]) });
    try {
      if (this.#isClosing) throw new EmbeddedDatabaseStopped('the database is closing');
      if (!this.#worker && performance.now() < this.#end.at + PAUSE) {
        throw new EmbeddedDatabaseStopped(`the embedded database stopped: ${this.#end.reason}`);
      }
      this.#opening ??= this.#worker ? null : this.#start();
      await this.#opening;
      this.#socket = socket;
    } catch (error) {
      setImmediate(() => socket.destroy(error as Error));
    }
    return socket;
  }

  /** Closes the database. One that is still at work is stopped after a while, as a crash would. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = once(worker, 'exit');
    const timer = setTimeout(() => {
      this.#log('the embedded database is still at work and is stopped; the next start recovers it');
      void worker.terminate();
    }, CLOSING_TIME);
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
        if (message === 'open') resolve();
        else if (message instanceof Uint8Array) this.#receive(message);
        else reason = message.fatal;
      });
      worker.on('error', (error) => {
        reason ||= error.message;
      });
      worker.once('exit', (status) => {
        reason ||= `its thread ended with ${status}`;
        this.#ended(reason);
        reject(new EmbeddedDatabaseStopped(`the embedded database does not open: ${reason}`));
      });
    });
  }

  #receive(part: Uint8Array<ArrayBuffer>): void {
    this.#socket?.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  }

  #ended(reason: string): void {
    const socket = this.#socket;
    this.#worker = null;
    this.#socket = null;
    this.#opening = null;
    this.#end = { reason, at: performance.now() };
    if (this.#isClosing) return;
    this.#log(`the embedded database stopped, and the next request starts it again: ${reason}`);
    socket?.destroy(new EmbeddedDatabaseStopped(`the embedded database stopped: ${reason}`));
  }
}
