import type { Certainty } from '../../vocabulary/secret-finding.js';
import type { Hit } from './rules/hit.js';
import { TOO_MANY } from './scan-text.js';
import type { Part } from './texts/request-parts.js';
import { resolveEscapes } from './texts/resolve-escapes.js';
import type { Step } from './texts/walk-texts.js';

/** A secret and the exact characters of the document that contain it. */
export interface LocatedSecret {
  kind: string;
  certainty: Certainty;
  /** The secret in plain text. It never leaves the registry. */
  secret: string;
  place: string;
  /**
   * Its characters; empty when finding it takes more than parsing the document, and for base64 more
   * than decoding.
   */
  pieces: SecretPiece[];
  /** Whether the pieces are base64 of a text with the secret. */
  isEncoded: boolean;
}

export interface SecretPiece {
  steps: Step[];
  isKey: boolean;
  /** Characters [start, end) of the string at these steps, after resolving escapes. */
  start: number;
  end: number;
}

/** Maximum number of certain secrets, and of possible ones, in one recording. */
const MAXIMUM_LOCATED = 1_000;

/** Whether a hit is certainly a secret. A telling name proves one where a client sends its own values. */
export function certaintyOf({ evidence, kind }: Hit, part: Part): Certainty {
  if (evidence === undefined) return 'CERTAIN';
  if (evidence === 'NAME') return part === 'CONTENT' ? 'POSSIBLE' : 'CERTAIN';
  return part === 'HEADERS' && kind.startsWith('field ') ? 'CERTAIN' : 'POSSIBLE';
}

/** The secrets found so far in one recording, each once. */
export class FoundSecrets {
  readonly all: LocatedSecret[] = [];
  readonly #known = new Map<string, LocatedSecret>();
  readonly #bySecret = new Map<string, LocatedSecret>();
  /** With escapes resolved, by index of `all`. */
  readonly #plain: string[] = [];
  readonly #count: Record<Certainty, number> = { CERTAIN: 0, POSSIBLE: 0 };

  /** Whether one more certain secret would be too many: then a person has to look at the recording. */
  get isFull(): boolean {
    return this.#count.CERTAIN > MAXIMUM_LOCATED;
  }

  /** @param isDerived whether the text is derived: then a secret that was found elsewhere is not added */
  add(found: LocatedSecret, isDerived: boolean): void {
    const { secret, place, certainty } = found;
    if (this.isFull) return;
    const key = JSON.stringify([secret, isDerived ? null : place]);
    const known = this.#known.get(key) ?? (isDerived ? this.#findSame(secret) : undefined);
    if (known !== undefined) {
      if (certainty === 'CERTAIN') this.#makeCertain(known);
      return;
    }
    if (this.#count[certainty] >= MAXIMUM_LOCATED) {
      // The push of a recording with this many certain ones is refused anyway.
      if (this.#count[certainty]++ > MAXIMUM_LOCATED) return;
      this.all.push({ ...found, kind: TOO_MANY, secret: '', place: `after ${place}`, pieces: [] });
      this.#plain.push('');
      return;
    }
    this.#count[certainty]++;
    this.#known.set(key, found);
    if (!this.#bySecret.has(secret)) this.#bySecret.set(secret, found);
    this.all.push(found);
    this.#plain.push(resolveEscapes(secret)?.text ?? secret);
  }

  #makeCertain(known: LocatedSecret): void {
    if (known.certainty === 'CERTAIN') return;
    known.certainty = 'CERTAIN';
    this.#count.POSSIBLE--;
    this.#count.CERTAIN++;
  }

  #findSame(secret: string): LocatedSecret | undefined {
    const exact = this.#bySecret.get(secret);
    if (exact !== undefined) return exact;
    return this.all.find((other, index) => {
      const plain = this.#plain[index] as string;
      return (
        other.secret.includes(secret) || plain.includes(secret) || (plain !== '' && secret.includes(plain))
      );
    });
  }
}
