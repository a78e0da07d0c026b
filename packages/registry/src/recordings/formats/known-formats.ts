import type { Document } from '../json/open-document.js';
import type { RecordingFormat } from './format.js';
import { ogx } from './ogx.js';

/** Asked in this order; the first that matches reads the file. */
const KNOWN_FORMATS: readonly RecordingFormat[] = [ogx];

/** The format of a document; null when no recorder that we know writes such files. */
export function findFormat(document: Document): RecordingFormat | null {
  return KNOWN_FORMATS.find((format) => format.matches(document)) ?? null;
}
