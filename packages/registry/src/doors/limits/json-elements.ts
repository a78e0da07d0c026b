const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;

/**
 * Counts the elements of a JSON text as its bytes arrive: lists, objects and commas outside of
 * strings. A few megabytes can contain millions of elements, and parsing them would block the event
 * loop.
 */
export class JsonElements {
  count = 0;
  #inString = false;
  #isEscaped = false;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === QUOTE) this.#inString = !this.#inString;
      else if (this.#inString) this.#isEscaped = byte === BACKSLASH;
      else if (byte === COMMA || byte === LIST || byte === OBJECT) this.count++;
    }
  }
}
