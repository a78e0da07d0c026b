import type { Document } from '../documents/document.js';
import type { RecordingFormat } from './format.js';
import { ogx } from './ogx.js';
import { vcrpy } from './vcrpy.js';

/** In order of precedence: the first format that matches is used. */
const KNOWN_FORMATS: readonly RecordingFormat[] = [ogx, vcrpy];

/** The format of a document; null when no known recorder writes such files. */
export function findFormat(document: Document): RecordingFormat | null {
  return KNOWN_FORMATS.find((format) => format.matches(document)) ?? null;
}

/** Whether the files of a format hold any number of calls; see `RecordingFormat.isCassette`. */
export function isCassetteFormat(name: string): boolean {
  return KNOWN_FORMATS.some((format) => format.name === name && format.isCassette);
}
