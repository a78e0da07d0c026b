import { digestOf } from '@fixture-registry/protocol';
import { chance, record } from '../support/recordings.js';

/**
 * Contents by name and digest. A name always stands for the same bytes, so that a script can be
 * replayed.
 */
export class Contents {
  readonly #texts = new Map<string, string>();

  /** The digest of the content with this name; the content is large if the name ends in `L`. */
  digest(name: string): string {
    const say = name.endsWith('L') ? chance(name, 90_000) : `This is ${name}.`;
    const test = `tests/test_a.py::test_${Number.parseInt(name, 10) % 7}`;
    const { text } = record({ test, ask: `What is ${name}?`, say });
    const digest = digestOf(Buffer.from(text));
    this.#texts.set(digest, text);
    return digest;
  }

  text(digest: string): string {
    const text = this.#texts.get(digest);
    if (text === undefined) throw new Error(`nobody made a content ${digest}`);
    return text;
  }
}
