import { Duplex } from 'node:stream';
import { startupOf } from './wire-messages.js';

/** Where a socket's bytes go. `send` takes over the bytes' buffer. */
export interface WirePeer {
  send(message: Uint8Array<ArrayBuffer>): void;
}

/** A socket for the Postgres driver whose other end is a thread. The driver writes whole messages at once. */
export class WireSocket extends Duplex {
  readonly #peer: WirePeer;
  #isStarted = false;

  constructor(peer: WirePeer) {
    super({ decodeStrings: true });
    this.#peer = peer;
  }

  /** As `net.Socket` has it: the driver only ends what is open. */
  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const message = this.#isStarted ? chunk : startupOf(chunk);
    this.#isStarted = true;
    // A copy of its own: a short buffer is a part of one that the process shares.
    this.#peer.send(new Uint8Array(message));
    done();
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }
}
