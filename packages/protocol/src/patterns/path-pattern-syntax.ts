/*
 * What may be written as a path pattern. Only `*` and `{a,b}` are special, so a pattern in another syntax
 * would match nothing, or the very files that it was meant to exclude. Such a pattern is refused.
 */

/** Braces multiply: more alternatives than this are refused. */
const MOST_ALTERNATIVES = 100;

/**
 * Replaces `{a,b}` by one pattern for each alternative; braces may be nested. Braces without a comma are literal.
 * @returns the patterns without duplicates, or null where there are more than 100
 */
export function expandBraces(pattern: string): string[] | null {
  const group = firstGroup(pattern);
  if (group === null) return [pattern];
  const [before, after] = [pattern.slice(0, group.start), pattern.slice(group.end + 1)];
  const expanded = new Set<string>();
  for (const alternative of group.alternatives) {
    const rest = expandBraces(`${before}${alternative}${after}`);
    if (rest === null) return null;
    for (const each of rest) expanded.add(each);
    if (expanded.size > MOST_ALTERNATIVES) return null;
  }
  return [...expanded];
}

interface Group {
  start: number;
  end: number;
  alternatives: string[];
}

/** The first pair of braces with a comma between them. */
function firstGroup(pattern: string): Group | null {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    const group = groupAt(pattern, start);
    if (group !== null && group.alternatives.length > 1) return group;
  }
  return null;
}

function groupAt(pattern: string, start: number): Group | null {
  const alternatives: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      alternatives.push(pattern.slice(from, at));
      from = at + 1;
    } else if (character === '}' && --depth === 0) {
      return { start, end: at, alternatives: [...alternatives, pattern.slice(from, at)] };
    }
  }
  return null;
}

/**
 * Says why a path pattern is refused, with what to write instead, as a sentence; null when it can be used.
 * @param isFile whether a name without wildcard is a file on disk: a bare name else means a folder to most people
 */
export function refusedPathPattern(
  pattern: string,
  isFile: (path: string) => boolean = () => false,
): string | null {
  const shown = `The path pattern ${JSON.stringify(pattern)}`;
  if (pattern.trim() === '') return 'A path pattern is empty; write e.g. tests/**/*.json.';
  if (pattern.startsWith('!')) {
    return `${shown} begins with \`!\`, which excludes nothing here. Name only the folders that hold recordings.`;
  }
  if (pattern.includes('\\')) {
    return `${shown} holds \`\\\`. Folders are separated by \`/\`: write ${pattern.replaceAll('\\', '/')}.`;
  }
  if (/^(?:\/|~\/|[a-z]:\/)/i.test(pattern) || pattern.split('/').includes('..')) {
    return `${shown} must be relative to the directory and stay in it, e.g. tests/**/*.json.`;
  }
  const plain = withoutEmptySegments(pattern);
  if (plain !== pattern && !pattern.endsWith('/')) {
    return `${shown} holds \`.\` or nothing as a folder. Paths begin at the directory: write ${plain}.`;
  }
  if (pattern.includes('?')) {
    return `${shown} holds \`?\`. Only \`*\` is a wildcard: write ${pattern.replaceAll('?', '*')}.`;
  }
  if (/[@+*!]\([^)]*\|[^)]*\)/.test(pattern)) {
    return `${shown} holds alternatives in parentheses. Write them in braces, e.g. {recordings,cassettes}.`;
  }
  if (/\*[^{]*,[^}]*\*/.test(pattern.replaceAll(/\{[^{}]*\}/g, ''))) {
    return `${shown} looks like a list. Give each pattern by itself: --paths once for each, or one a line.`;
  }
  if (expandBraces(pattern) === null) {
    return `${shown} has more than ${MOST_ALTERNATIVES} alternatives in braces. Give fewer, or use \`*\`.`;
  }
  return isBareFolder(pattern, isFile) ? `${shown} names a folder. ${filesOfFolder(plain)}` : null;
}

function withoutEmptySegments(pattern: string): string {
  return pattern
    .split('/')
    .filter((segment) => segment !== '.' && segment !== '')
    .join('/');
}

/** A last segment with neither wildcard nor ending is a folder, unless such a file is there. */
function isBareFolder(pattern: string, isFile: (path: string) => boolean): boolean {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1);
  if (last === '') return true;
  if (last.includes('*') || /[^.}]\.[^.]|\}\./.test(last)) return false;
  return !(expandBraces(pattern) ?? []).every(isFile);
}

function filesOfFolder(folder: string): string {
  return folder === '' || folder === '.'
    ? 'Write **/*.json for the JSON files in it.'
    : `Write ${folder}/** for all files in it, or ${folder}/**/*.json.`;
}
