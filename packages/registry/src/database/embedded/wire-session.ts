import type { PGlite } from '@electric-sql/pglite';
import {
  errorResponse,
  READY_LENGTH,
  replaceErrors,
  simpleQuery,
  transactionStatus,
} from './wire-messages.js';

/** Bytes of a reply that are sent together: a message between threads costs more than copying them. */
const PART = 128 * 1024;

/**
 * Bytes of log after which a checkpoint is due. PGlite makes none by itself, so the log would grow without
 * limit.
 */
const LOG_BYTES = 64 * 1024 * 1024;

const READ_ONLY = '25006';
const DISK_FULL = '53100';

export interface WireSessionOptions {
  /** The reason to refuse writes now, or null. */
  refusal(wasRefused: boolean): string | null;
  /** Without enough disk space, a checkpoint crashes PGlite. */
  hasRoomForCheckpoint(): boolean;
  /** Receives a part of a reply, and owns its bytes. */
  reply(part: Uint8Array<ArrayBuffer>): void;
}

/** Executes the driver's messages, and makes Postgres refuse writes while disk space is low. */
export class WireSession {
  readonly #database: PGlite;
  readonly #options: WireSessionOptions;
  /** `I`, `T` or `E` as `transactionStatus` says; null between the parts of a query. */
  #status: string | null = null;
  /** The reason why writes are refused now. */
  #refused: string | null = null;
  /** Whether new transactions are read-only. */
  #isReadOnly = false;
  /** The log position of the last checkpoint. */
  #checkpoint = 0n;
  #part = new Uint8Array(PART);

  constructor(database: PGlite, options: WireSessionOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Executes whole messages of the protocol. Throws when PGlite crashed. */
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

  /** Makes a checkpoint when the log has grown, so that its files are reused. */
  async checkpointIfDue(): Promise<void> {
    if (this.#status !== 'I') return;
    const position = await this.#logPosition();
    const isDue = position - this.#checkpoint >= LOG_BYTES;
    if (isDue && this.#options.hasRoomForCheckpoint()) await this.#makeCheckpoint();
  }

  async #makeCheckpoint(): Promise<void> {
    await this.#command('checkpoint');
    this.#checkpoint = await this.#logPosition();
  }

  async #logPosition(): Promise<bigint> {
    const reply = await this.#command('select pg_current_wal_insert_lsn()');
    const [, high, low] = /([0-9A-F]+)\/([0-9A-F]+)/.exec(reply.toString('latin1')) ?? [];
    return high === undefined ? 0n : (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
  }

  /** Refuses writes when disk space is low, also in an open transaction. */
  async #limitWrites(): Promise<void> {
    if (this.#status === 'I') {
      this.#refused = this.#options.refusal(this.#refused !== null);
      const isReadOnly = this.#refused !== null;
      if (isReadOnly === this.#isReadOnly) return;
      await this.#command(`set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
      this.#isReadOnly = isReadOnly;
      // Old log files may use most of the disk; a checkpoint frees them.
      if (isReadOnly && this.#options.hasRoomForCheckpoint()) await this.#makeCheckpoint();
    } else if (this.#status === 'T') {
      this.#refused ??= this.#options.refusal(false);
      if (this.#refused !== null) await this.#command('set transaction_read_only = on');
    }
  }

  /** Executes a statement whose reply is not sent to the driver. */
  async #command(text: string): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    await this.#run(simpleQuery(text), (part) => parts.push(part));
    return Buffer.concat(parts);
  }

  /** Passes on the reply in parts, so that the main thread parses one while PGlite produces the next. */
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
