import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type DriftLevel, LEVELS } from '../drift/drift.js';
import { LONGEST_SETTINGS, type PlacePattern, partsOf, type Settings } from './settings.js';

const MOST_RULES = 200;
const LONGEST_PLACE = 200;

/**
 * Reads the text of the settings file. An empty one sets nothing.
 * @returns the settings, or everything that is wrong, each with its line and what to do
 */
export function parseSettings(text: string): { settings: Settings } | { problems: string[] } {
  if (text.length > LONGEST_SETTINGS) {
    return { problems: [`the file has ${text.length} characters; at most ${LONGEST_SETTINGS} are read`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(lines);
  for (const { message, pos } of document.errors) reader.problem(pos[0], message);
  const settings = document.errors.length > 0 ? null : reader.read(document);
  return settings && reader.problems.length === 0 ? { settings } : { problems: reader.problems };
}

/** Reads nodes rather than values, because nodes know their lines; aliases are no texts, so nothing can grow. */
class Reader {
  readonly problems: string[] = [];
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  problem(offset: number, message: string): void {
    this.problems.push(`line ${this.#lines.linePos(offset).line}: ${message}`);
  }

  read({ contents }: Document.Parsed): Settings {
    const settings: { ignore: PlacePattern[]; levels: { place: PlacePattern; level: DriftLevel }[] } = {
      ignore: [],
      levels: [],
    };
    if (contents === null) return settings;
    if (!isMap(contents)) {
      this.#wrong(contents, 'the file has the keys `ignore` and `levels`, and nothing else beside them');
      return settings;
    }
    for (const { key, value } of contents.items) {
      const name = this.#text(key);
      if (name === 'ignore') settings.ignore = this.#ignore(value, key);
      else if (name === 'levels') settings.levels = this.#levels(value, key);
      else this.#wrong(key, `\`${name ?? '?'}\` is not known: there are \`ignore\` and \`levels\``);
    }
    return settings;
  }

  #ignore(value: unknown, key: unknown): PlacePattern[] {
    if (isEmpty(value)) return [];
    if (!isSeq(value)) {
      this.#wrong(
        value ?? key,
        '`ignore` is a list of places, such as `- response.choices[].message.reasoning`',
      );
      return [];
    }
    this.#count(value.items.length, value);
    return value.items
      .map((item) => this.#place(item, ['response', 'request']))
      .filter((place) => place !== null);
  }

  #levels(value: unknown, key: unknown): { place: PlacePattern; level: DriftLevel }[] {
    if (isEmpty(value)) return [];
    if (!isMap(value)) {
      this.#wrong(
        value ?? key,
        '`levels` gives places their levels, such as `response.service_tier: cosmetic`',
      );
      return [];
    }
    this.#count(value.items.length, value);
    return value.items.flatMap((item) => {
      const parts = this.#place(item.key, ['response']);
      const said = this.#text(item.value);
      const level = LEVELS.find((known) => known.toLowerCase() === said);
      if (level === undefined) {
        const known = LEVELS.map((one) => `\`${one.toLowerCase()}\``).join(', ');
        this.#wrong(item.value ?? item.key, `\`${said ?? '?'}\` is no level: there are ${known}`);
      }
      return parts && level ? [{ place: parts, level }] : [];
    });
  }

  /** A place as reports write it, with `[]` for any element of a list. */
  #place(node: unknown, roots: string[]): PlacePattern | null {
    const text = this.#text(node);
    const named = roots.map((root) => `\`${root}.\``).join(' or ');
    if (text === null) this.#wrong(node, `a place is a text that begins with ${named}`);
    else if (text.length > LONGEST_PLACE)
      this.#wrong(node, `a place has at most ${LONGEST_PLACE} characters`);
    else if (/\[\d+\]/.test(text))
      this.#wrong(node, `\`${text}\`: write \`[]\` for the elements of a list, whichever they are`);
    else {
      const parts = partsOf(text);
      if (parts.length < 2 || !roots.includes(parts[0] ?? '')) {
        const why = roots.includes('request')
          ? ''
          : ' (a request has no level: leave it out with `ignore`, or not)';
        this.#wrong(node, `\`${text}\` does not begin with ${named}${why}`);
      } else if (parts.some((part) => part.includes('*') && part !== '*' && part !== '**')) {
        this.#wrong(node, `\`${text}\`: \`*\` stands for a whole field, \`**\` for any way down`);
      } else return parts;
    }
    return null;
  }

  #count(rules: number, node: Node): void {
    if (rules > MOST_RULES) this.#wrong(node, `${rules} places are given; at most ${MOST_RULES} are read`);
  }

  #text(node: unknown): string | null {
    return isScalar(node) && typeof node.value === 'string' ? node.value : null;
  }

  #wrong(node: unknown, message: string): void {
    this.problem((node as Node | null)?.range?.[0] ?? 0, message);
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}
