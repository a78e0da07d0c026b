import { LIMITS } from '../limits.js';
import { toolReason } from './tool-files.js';

// Code points that the file system of macOS ignores in names: `.g<U+200C>it` opens `.git` there.
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters
const CONTROL = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range starts with them
const ASCII = /^[\u0000-\u007f]*$/;
// Device names on Windows, in any folder and with any extension: `aux.json` opens the serial port.
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/;
// Short names of these folders on Windows, unless another name in the folder starts alike.
const SHORT_NAMES = new Map([
  ['git~1', '.git'],
  ['github~1', '.github'],
  ['workfl~1', 'workflows'],
  ['fixtur~1', '.fixtures'],
]);

// Fast path for nearly all of the thousands of paths. It matches only paths that no rule below refuses:
// no dot at the start or end of a name, no non-ASCII characters, no start of a device name, no `~`, no
// `:`.
const PLAIN = /^(?:(?!con|prn|aux|nul|com|lpt)[a-z0-9_-](?:[a-z0-9_.-]{0,253}[a-z0-9_-])?(?:\/(?!$)|$))+$/i;

/** The only tool files whose names match `PLAIN`. */
const MAY_BE_CONFIG = /\.config\./i;

/**
 * Why a path cannot be a recording's, as the end of a sentence ("… names the .git folder"); null when
 * it can. Pure.
 *
 * A path is relative to the repository's root, with `/`. The rules are the same on every platform: a
 * snapshot that is pushed from Linux must not write outside of the directory when it is pulled on
 * Windows or macOS.
 */
export function refusedPath(path: string): string | null {
  if (path.length <= LIMITS.pathBytes && PLAIN.test(path) && !MAY_BE_CONFIG.test(path)) return null;
  if (path === '') return 'is empty';
  if (LONE_SURROGATE.test(path)) return 'is not valid Unicode';
  if (Buffer.byteLength(path) > LIMITS.pathBytes) return `is longer than ${LIMITS.pathBytes} bytes`;
  if (CONTROL.test(path)) return 'contains a control character';
  if (path.includes('\\')) return 'contains a backslash; folders are separated by /';
  if (path.startsWith('/')) return 'is absolute';
  if (/^[a-z]:/i.test(path)) return 'starts with a drive letter';
  const segments = path.split('/');
  if (plainName(segments[0] ?? '') === '.github' && plainName(segments[1] ?? '') === 'workflows') {
    return 'lies in .github/workflows';
  }
  for (const segment of segments) {
    const reason = refusedSegment(segment);
    if (reason !== null) return reason;
  }
  return toolReason(segments.map(plainName));
}

function refusedSegment(segment: string): string | null {
  if (segment === '') return 'has an empty folder or file name';
  if (segment === '.' || segment === '..') return `contains the segment ${segment}`;
  if (Buffer.byteLength(segment) > LIMITS.pathSegmentBytes) {
    return `has a folder or file name longer than ${LIMITS.pathSegmentBytes} bytes`;
  }
  const plain = plainName(segment);
  if (plain === '') return 'has a folder or file name of dots and spaces only';
  if (plain === '.git') return 'names the .git folder';
  if (plain === '.fixtures') return "names .fixtures, the client's own folder";
  if (DEVICE.test(plain)) return `names ${plain.replace(/\..*$/, '')}, a device on Windows`;
  // Windows drops trailing dots and spaces, so two names would be one file there.
  if (/[. ]$/.test(segment)) return 'has a folder or file name that ends with a dot or a space';
  return null;
}

/**
 * The name as the most permissive file system reads it: without case, trailing dots and spaces, or a
 * stream name.
 */
function plainName(segment: string): string {
  const [name = ''] = foldedPath(segment).split(':');
  const plain = name.replace(/[. ]+$/, '');
  return SHORT_NAMES.get(plain) ?? plain;
}

/**
 * Folds a path as case-insensitive, Unicode-normalizing file systems do (the default on Windows and
 * macOS). Two paths with the same result are one file there. Pure.
 */
export function foldedPath(path: string): string {
  if (ASCII.test(path)) return path.toLowerCase();
  // Upper case first: it maps equivalent letters (`\u017f` and `s`, `\ufb01` and `fi`) to the same ones.
  return path.replace(IGNORED_BY_HFS, '').normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
