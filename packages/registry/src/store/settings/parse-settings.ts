import { isDigest } from '@fixture-registry/protocol';
import { LONGEST_SETTINGS, readRecordingRules } from '@fixture-registry/protocol/settings';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { FORMAT_NAMES } from '../../recordings/formats/known-formats.js';
import { NEWEST_RECORDER } from '../../recordings/hash/recorder-versions.js';
import type { RecorderSettings } from '../../recordings/playable/recorder.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';
import { type DriftLevel, LEVELS } from '../../vocabulary/level.js';
import { readRetention } from './parse-retention.js';
import { NO_SETTINGS, type PlacePattern, partsOf, type Settings } from './settings.js';

const KEYS = '`ignore`, `levels`, `recorder`, `recordings`, `retention` and `secrets`';
const MOST_RULES = 200;
const LONGEST_PLACE = 200;
const LONGEST_ALLOWED = 1_000;

/**
 * Parses the settings file. An empty text has no settings.
 * @returns the settings, or all problems, each with its line and what to do
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

/**
 * Reads YAML nodes instead of values, because nodes have lines. Aliases are refused, so the input cannot
 * expand.
 */
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
    const settings: { -readonly [Key in keyof Settings]: Settings[Key] } = { ...NO_SETTINGS };
    if (contents === null) return settings;
    if (!isMap(contents)) {
      this.#wrong(contents, `the file may only have the keys ${KEYS}`);
      return settings;
    }
    const report = (node: unknown, message: string) => this.#wrong(node, message);
    for (const { key, value } of contents.items) {
      const name = this.#text(key);
      if (name === 'ignore') settings.ignore = this.#ignore(value, key);
      else if (name === 'levels') settings.levels = this.#levels(value, key);
      else if (name === 'secrets') settings.allowedSecrets = this.#secrets(value, key);
      else if (name === 'recorder') settings.recorder = this.#recorder(value, key);
      else if (name === 'retention') settings.retention = readRetention(value, key, report);
      else if (name === 'recordings') {
        settings.recordings = readRecordingRules(value, key, report, FORMAT_NAMES);
      } else this.#wrong(key, `\`${name ?? '?'}\` is unknown: the keys are ${KEYS}`);
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
      this.#wrong(value ?? key, '`levels` maps places to levels, such as `response.service_tier: cosmetic`');
      return [];
    }
    this.#count(value.items.length, value);
    return value.items.flatMap((item) => {
      const parts = this.#place(item.key, ['response']);
      const text = this.#text(item.value);
      const level = LEVELS.find((known) => known.toLowerCase() === text);
      if (level === undefined) {
        const known = LEVELS.map((one) => `\`${one.toLowerCase()}\``).join(', ');
        this.#wrong(item.value ?? item.key, `\`${text ?? '?'}\` is not a level: the levels are ${known}`);
      }
      return parts && level ? [{ place: parts, level }] : [];
    });
  }

  #secrets(value: unknown, key: unknown): SecretAllowance[] {
    if (isEmpty(value)) return [];
    const [pair, ...more] = isMap(value) ? value.items : [];
    if (!isMap(value) || more.length > 0 || this.#text(pair?.key) !== 'allow' || !isSeq(pair?.value)) {
      this.#wrong(
        value ?? key,
        '`secrets` has the single key `allow`, a list of findings that are not secrets',
      );
      return [];
    }
    this.#count(pair.value.items.length, value);
    return pair.value.items.map((item) => this.#allowance(item)).filter((allowance) => allowance !== null);
  }

  /** `{version?, folders?}` */
  #recorder(value: unknown, key: unknown): RecorderSettings {
    const recorder = { ...NO_SETTINGS.recorder };
    if (isEmpty(value)) return recorder;
    if (!isMap(value)) {
      this.#wrong(value ?? key, '`recorder` has the keys `version` and `folders`');
      return recorder;
    }
    for (const { key: field, value: node } of value.items) {
      const name = this.#text(field);
      if (name === 'version') recorder.version = this.#version(node ?? field);
      else if (name === 'folders') recorder.folders = this.#folders(node ?? field);
      else this.#wrong(field, `\`${name ?? '?'}\` is unknown: \`recorder\` has \`version\` and \`folders\``);
    }
    return recorder;
  }

  #version(node: unknown): number | null {
    const version = isScalar(node) ? node.value : null;
    if (
      typeof version === 'number' &&
      Number.isInteger(version) &&
      version >= 1 &&
      version <= NEWEST_RECORDER
    )
      return version;
    this.#wrong(node, `\`version\` is the version of the recorder: a number from 1 to ${NEWEST_RECORDER}`);
    return null;
  }

  /** Folders of recordings, without a slash at the end. */
  #folders(node: unknown): string[] {
    const texts = isSeq(node) ? node.items.map((item) => this.#text(item)) : [null];
    const folders = texts.filter((text) => text !== null).map((text) => text.replace(/\/+$/, ''));
    const isFolder = (folder: string) =>
      folder !== '' && folder.length <= LONGEST_ALLOWED && !/^\/|^\.\.?(\/|$)|\*/.test(folder);
    if (folders.length < texts.length || !folders.every(isFolder)) {
      this.#wrong(
        node,
        '`folders` is a list of folders in the repository, such as `- tests/integration/common/recordings`',
      );
      return [];
    }
    this.#count(folders.length, node as Node);
    return folders;
  }

  /** `{path | digest, reason, kind?}` */
  #allowance(node: unknown): SecretAllowance | null {
    const fields = new Map<string, string>();
    for (const { key, value } of isMap(node) ? node.items : []) {
      const [name, text] = [this.#text(key), this.#text(value)];
      if (name === null || !['path', 'digest', 'reason', 'kind'].includes(name)) {
        this.#wrong(
          key,
          `\`${name ?? '?'}\` is unknown: an entry has \`path\` or \`digest\`, \`reason\`, and optionally \`kind\``,
        );
        return null;
      }
      if (text === null || text.trim() === '' || text.length > LONGEST_ALLOWED) {
        this.#wrong(value ?? key, `\`${name}\` is a text of at most ${LONGEST_ALLOWED} characters`);
        return null;
      }
      fields.set(name, text);
    }
    const [path, digest, reason] = [fields.get('path'), fields.get('digest'), fields.get('reason')];
    const value = path ?? digest;
    if (value === undefined || (path === undefined) === (digest === undefined)) {
      this.#wrong(node, 'an entry has either `path` (a pattern) or `digest`');
    } else if (digest !== undefined && !isDigest(digest)) {
      this.#wrong(node, 'a digest is the sha256 of the file in 64 lower-case hex digits');
    } else if (reason === undefined) {
      this.#wrong(node, `\`${value}\` is allowed without a \`reason\`: say why it is not a secret`);
    } else
      return { by: path === undefined ? 'DIGEST' : 'PATH', value, kind: fields.get('kind') ?? null, reason };
    return null;
  }

  /** A place in the form of the reports, with `[]` for every element of a list. */
  #place(node: unknown, roots: string[]): PlacePattern | null {
    const text = this.#text(node);
    const named = roots.map((root) => `\`${root}.\``).join(' or ');
    if (text === null) this.#wrong(node, `a place is a text that begins with ${named}`);
    else if (text.length > LONGEST_PLACE)
      this.#wrong(node, `a place has at most ${LONGEST_PLACE} characters`);
    else if (/\[\d+\]/.test(text))
      this.#wrong(node, `\`${text}\`: write \`[]\`, which matches every element of a list`);
    else {
      const parts = partsOf(text);
      if (parts.length < 2 || !roots.includes(parts[0] ?? '')) {
        const why = roots.includes('request')
          ? ''
          : ' (a request has no level: use `ignore` to leave it out)';
        this.#wrong(node, `\`${text}\` does not begin with ${named}${why}`);
      } else if (parts.some((part) => part.includes('*') && part !== '*' && part !== '**')) {
        this.#wrong(node, `\`${text}\`: \`*\` matches a whole field, \`**\` any number of parts`);
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
