import type { PGlite } from '@electric-sql/pglite';
import {
  errorResponse,
  READY_LENGTH,
  replaceErrors,
  simpleQuery,
  transactionStatus,
} from './wire-messages.js';

/** Bytes of a reply that are sent together: a message between threads costs more than copying this much. */
const PART = 128 * 1024;

const READ_ONLY = '25006';
const DISK_FULL = '53100';

export interface WireSessionOptions {
  /** Why writes are impossible now, or null. */
  refusal(wasRefused: boolean): string | null;
  /** Takes a part of a reply. It owns the bytes. */
  reply(part: Uint8Array<ArrayBuffer>): void;
}

/** Executes what the driver sends, and makes Postgres refuse writes while there is too little room on the disk. */
export class WireSession {
  readonly #database: PGlite;
  readonly #options: WireSessionOptions;
  /** `I`, `T` or `E` as `transactionStatus` says; null between the parts of a query. */
  #status: string | null = null;
  /** Why writes are refused. */
  #refused: string | null = null;
  /** Whether Postgres refuses writes in transactions that begin now. */
  #isReadOnly = false;
  #part = new Uint8Array(PART);

  constructor(database: PGlite, options: WireSessionOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** @param message whole messages of the protocol. Throws when PGlite cannot go on. */
  async execute(message: Uint8Array): Promise<void> {
    await this.#limitWrites();
    if (this.#refused === null) {
      await this.#run(message, this.#options.reply);
      return;
    }
    const parts: Uint8Array[] = [];
    await this.#run(message, (part) => parts.push(part));
    const refusal = errorResponse(DISK_FULL, this.#refused);
    const reply = replaceErrors(Buffer.concat(parts), READ_ONLY, refusal);
    if (reply.length > 0) this.#options.reply(new Uint8Array(reply));
  }

  /** Looks for room on the disk. Without it an open transaction may not write any more, either. */
  async #limitWrites(): Promise<void> {
    if (this.#status === 'I') {
      this.#refused = this.#options.refusal(this.#refused !== null);
      const isReadOnly = this.#refused !== null;
      if (isReadOnly === this.#isReadOnly) return;
      await this.#set('default_transaction_read_only', isReadOnly ? 'on' : 'off');
      this.#isReadOnly = isReadOnly;
    } else if (this.#status === 'T') {
      this.#refused ??= this.#options.refusal(false);
      if (this.#refused !== null) await this.#set('transaction_read_only', 'on');
    }
  }

  async #set(name: string, value: string): Promise<void> {
    await this.#run(simpleQuery(`set ${name} = ${value}`), () => {});
  }

  /** Gives the reply in parts, as it is made: the main thread reads one while the next is made. */
  async #run(message: Uint8Array, take: (part: Uint8Array<ArrayBuffer>) => void): Promise<void> {
    let used = 0;
    let tail: Uint8Array = new Uint8Array(0);
    const flush = () => {
      if (used === 0) return;
      const isShort = used < PART / 2;
      take(isShort ? this.#part.slice(0, used) : this.#part.subarray(0, used));
      if (!isShort) this.#part = new Uint8Array(PART);
      used = 0;
    };
    await this.#database.execProtocolRawStream(message, {
      syncToFs: false,
      onRawData: (bytes) => {
        tail = Buffer.concat([tail, bytes.slice(-READY_LENGTH)]).subarray(-READY_LENGTH);
        for (let at = 0; at < bytes.length; ) {
          const fits = Math.min(PART - used, bytes.length - at);
          this.#part.set(bytes.subarray(at, at + fits), used);
          used += fits;
          at += fits;
          if (used === PART) flush();
        }
      },
    });
    flush();
    this.#status = transactionStatus(tail);
  }
}
