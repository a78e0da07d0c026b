import type { Document } from '../documents/document.js';
import type { RecordingFormat } from './format.js';
import { ogx } from './ogx.js';
import { vcrpy } from './vcrpy.js';

/** In order of precedence: the first format that matches is used. */
const KNOWN_FORMATS: readonly RecordingFormat[] = [ogx, vcrpy];

/** The names of the formats that are read. */
export const FORMAT_NAMES: readonly string[] = KNOWN_FORMATS.map(({ name }) => name);

/** The format of a document; null when no known recorder writes such files. */
export function findFormat(document: Document): RecordingFormat | null {
  return KNOWN_FORMATS.find((format) => format.matches(document)) ?? null;
}
