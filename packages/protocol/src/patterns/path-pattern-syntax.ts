/*
 * The syntax of path patterns. Only `*` and `{a,b}` are special, so a pattern in another syntax would
 * match nothing, or the very files that it should exclude. Such a pattern is refused.
 */

/** Limit on the expanded alternatives, because nested and repeated braces multiply. */
const MAX_ALTERNATIVES = 100;

/**
 * Replaces `{a,b}` by one pattern for each alternative. Braces can be nested; braces without a comma
 * are literal. Pure.
 * @returns the patterns without duplicates; null when there are more than 100
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
    if (expanded.size > MAX_ALTERNATIVES) return null;
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
 * Why a path pattern is refused, with what to write instead, as sentences; null when it is accepted.
 * @param isFile whether a path without wildcards is a file on disk; a bare name that is no file is
 * taken for a folder
 */
export function refusedPathPattern(
  pattern: string,
  isFile: (path: string) => boolean = () => false,
): string | null {
  const shown = `The path pattern ${JSON.stringify(pattern)}`;
  if (pattern.trim() === '') return 'A path pattern is empty; write e.g. tests/**/*.json.';
  if (pattern.startsWith('!')) {
    return (
      `${shown} begins with \`!\`, but patterns cannot exclude files. List only the folders that ` +
      `contain recordings.`
    );
  }
  if (pattern.includes('\\')) {
    return (
      `${shown} contains \`\\\`. Folders are separated by \`/\`: write ` + `${pattern.replaceAll('\\', '/')}.`
    );
  }
  if (/^(?:\/|~\/|[a-z]:\/)/i.test(pattern) || pattern.split('/').includes('..')) {
    return `${shown} must be relative to the directory and stay in it, e.g. tests/**/*.json.`;
  }
  const plain = withoutEmptySegments(pattern);
  if (plain !== pattern && !pattern.endsWith('/')) {
    return (
      `${shown} contains \`.\` or an empty folder name. Paths are relative to the directory: ` +
      `write ${plain}.`
    );
  }
  if (pattern.includes('?')) {
    return `${shown} contains \`?\`. Only \`*\` is a wildcard: write ${pattern.replaceAll('?', '*')}.`;
  }
  if (/[@+*!]\([^)]*\|[^)]*\)/.test(pattern)) {
    return `${shown} contains alternatives in parentheses. Use braces, e.g. {recordings,cassettes}.`;
  }
  if (/\*[^{]*,[^}]*\*/.test(pattern.replaceAll(/\{[^{}]*\}/g, ''))) {
    return (
      `${shown} looks like a list. Pass each pattern separately: repeat --paths, or write one ` +
      `pattern per line.`
    );
  }
  if (expandBraces(pattern) === null) {
    return `${shown} has more than ${MAX_ALTERNATIVES} alternatives in braces. Use fewer, or \`*\`.`;
  }
  return isBareFolder(pattern, isFile) ? `${shown} names a folder. ${filesOfFolder(plain)}` : null;
}

function withoutEmptySegments(pattern: string): string {
  return pattern
    .split('/')
    .filter((segment) => segment !== '.' && segment !== '')
    .join('/');
}

/** A last segment without wildcard or extension is taken for a folder, unless it is a file on disk. */
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
