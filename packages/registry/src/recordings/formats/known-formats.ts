import type { Document } from '../documents/document.js';
import type { RecordingFormat } from './format.js';
import { goVcr } from './go-vcr.js';
import { ogx } from './ogx.js';
import { vcr } from './ruby-vcr.js';
import { vcrpy } from './vcrpy.js';

/** In order of precedence: the first format that matches is used. */
const KNOWN_FORMATS: readonly RecordingFormat[] = [
  // One name per line.
  ogx,
  goVcr,
  vcrpy,
  vcr,
];

/** The format of a document; null when no known recorder writes such files. */
export function findFormat(document: Document): RecordingFormat | null {
  return KNOWN_FORMATS.find((format) => format.matches(document)) ?? null;
}
