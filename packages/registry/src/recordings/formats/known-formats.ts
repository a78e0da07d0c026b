import type { Document } from '../documents/document.js';
import { aimock } from './aimock.js';
import { ddTrace } from './dd-trace.js';
import type { RecordingFormat } from './format.js';
import { goVcr } from './go-vcr.js';
import { har } from './har.js';
import { httprr } from './httprr.js';
import { nock } from './nock.js';
import { ogx } from './ogx.js';
import { vcr } from './ruby-vcr.js';
import { testProxy } from './test-proxy.js';
import { vcrpy } from './vcrpy.js';

/** In order of precedence: the first format that matches is used. */
export const KNOWN_FORMATS: readonly RecordingFormat[] = [
  // Before ogx, which also reads files with a request and a response.
  ddTrace,
  ogx,
  goVcr,
  vcrpy,
  vcr,
  har,
  httprr,
  nock,
  testProxy,
  aimock,
];

/** The names of the formats that are read. */
export const FORMAT_NAMES: readonly string[] = KNOWN_FORMATS.map(({ name }) => name);

/** The format of a document; null when no known recorder writes such files. */
export function findFormat(document: Document): RecordingFormat | null {
  return KNOWN_FORMATS.find((format) => format.matches(document)) ?? null;
}

/** Whether files of a format, by its name, hold any number of calls. */
export function isCassetteFormat(name: string): boolean {
  return KNOWN_FORMATS.some((format) => format.name === name && format.isCassette);
}
