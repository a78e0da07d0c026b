import { LIMITS } from '../limits.js';
import { toolReason } from './tool-files.js';

// Code points that the Mac's file system ignores in names: `.g<U+200C>it` opens `.git` there.
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range starts with them
const ASCII = /^[\u0000-\u007f]*$/;
// Names of devices on Windows, in any folder and with anything after a dot: `aux.json` opens the serial port.
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/;
// What Windows calls folders by their short names, where nothing else in the folder starts alike.
const SHORT_NAMES = new Map([
  ['git~1', '.git'],
  ['github~1', '.github'],
  ['workfl~1', 'workflows'],
  ['fixtur~1', '.fixtures'],
]);

// What nearly every path is, and nothing below refuses: no dot at the beginning or end of a name, nothing that any file system folds
// but case, no beginning of a device's name, no `~`, no `:`. Checked at once, because there are thousands.
const PLAIN = /^(?:(?!con|prn|aux|nul|com|lpt)[a-z0-9_-](?:[a-z0-9_.-]{0,253}[a-z0-9_-])?(?:\/(?!$)|$))+$/i;

/** The one kind of a tool's file whose name is plain. */
const MAY_BE_CONFIG = /\.config\./i;

/**
 * Says why a path may not be a recording's, as the end of a sentence ("… names the .git folder"); null when it may.
 *
 * A path is relative to the repository's root, with `/`. The rules hold on every platform, whichever wrote the path:
 * a snapshot pushed from Linux must not leave the directory when it is pulled on Windows or a Mac.
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
  // Windows drops them: two names here would be one file there.
  if (/[. ]$/.test(segment)) return 'has a folder or file name that ends with a dot or a space';
  return null;
}

/** The name as the least careful file system sees it: no case, no trailing dots or spaces, no stream name after a colon. */
function plainName(segment: string): string {
  const [name = ''] = foldedPath(segment).split(':');
  const plain = name.replace(/[. ]+$/, '');
  return SHORT_NAMES.get(plain) ?? plain;
}

/**
 * The path as a file system sees it that tells apart neither upper and lower case nor the ways to write one letter in Unicode (the
 * usual ones of Windows and the Mac): two paths that fold to the same text are one file there.
 */
export function foldedPath(path: string): string {
  if (ASCII.test(path)) return path.toLowerCase();
  // Upper case first: it turns what is one letter to such a file system (`\u017f` and `s`, `\ufb01` and `fi`) into the same letters.
  return path.replace(IGNORED_BY_HFS, '').normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
