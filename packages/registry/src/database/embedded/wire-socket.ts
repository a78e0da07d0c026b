import { Duplex } from 'node:stream';
import { startupOf } from './wire-messages.js';

/** The other end of a socket. `send` takes ownership of the buffer. */
export interface WirePeer {
  send(message: Uint8Array<ArrayBuffer>): void;
}

/** A socket between the Postgres driver and the PGlite thread. The driver writes whole messages at once. */
export class WireSocket extends Duplex {
  readonly #peer: WirePeer;
  #isStarted = false;

  constructor(peer: WirePeer) {
    super({ decodeStrings: true });
    this.#peer = peer;
  }

  /** As in `net.Socket`: the driver only ends a socket that is `open`. */
  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const message = this.#isStarted ? chunk : startupOf(chunk);
    this.#isStarted = true;
    // Copy: a short buffer is a view of a pool that the process shares.
    this.#peer.send(new Uint8Array(message));
    done();
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }
}
