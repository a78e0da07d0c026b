import { LIMITS } from './limits.js';

// Code points that the Mac's file system ignores in names: `.g<U+200C>it` opens `.git` there.
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Says why a path may not be a recording's, as the end of a sentence ("… names the .git folder"); null when it may.
 *
 * A path is relative to the repository's root, with `/`. The rules hold on every platform, whichever wrote the path:
 * a snapshot pushed from Linux must not leave the directory when it is pulled on Windows or a Mac.
 */
export function refusedPath(path: string): string | null {
  if (path === '') return 'is empty';
  if (LONE_SURROGATE.test(path)) return 'is not valid Unicode';
  if (Buffer.byteLength(path) > LIMITS.pathBytes) return `is longer than ${LIMITS.pathBytes} bytes`;
  if (CONTROL.test(path)) return 'contains a control character';
  if (path.includes('\\')) return 'contains a backslash; folders are separated by /';
  if (path.startsWith('/')) return 'is absolute';
  if (/^[a-z]:/i.test(path)) return 'starts with a drive letter';
  const segments = path.split('/');
  for (const segment of segments) {
    const reason = refusedSegment(segment);
    if (reason !== null) return reason;
  }
  if (plainName(segments[0] ?? '') === '.github' && plainName(segments[1] ?? '') === 'workflows') {
    return 'lies in .github/workflows';
  }
  return null;
}

function refusedSegment(segment: string): string | null {
  if (segment === '') return 'has an empty folder or file name';
  if (segment === '.' || segment === '..') return `contains the segment ${segment}`;
  if (Buffer.byteLength(segment) > LIMITS.pathSegmentBytes) {
    return `has a folder or file name longer than ${LIMITS.pathSegmentBytes} bytes`;
  }
  const plain = plainName(segment);
  if (plain === '') return 'has a folder or file name of dots and spaces only';
  if (plain === '.git' || plain === 'git~1') return 'names the .git folder';
  if (plain === '.fixtures') return "names .fixtures, the client's own folder";
  return null;
}

/** The name as the least careful file system sees it: no case, no trailing dots or spaces, no stream name after a colon. */
function plainName(segment: string): string {
  const [name = ''] = segment.replace(IGNORED_BY_HFS, '').split(':');
  return name.toLowerCase().replace(/[. ]+$/, '');
}
