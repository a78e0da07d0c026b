/*
 * The syntax of path patterns. Only `*` and `{a,b}` are special, so a pattern in another syntax would
 * match nothing, or the very files that it should exclude. Such a pattern is refused.
 */

/** Limit on the expanded alternatives: repeated groups multiply. */
const MAX_ALTERNATIVES = 64;

/** A group of at least two alternatives without braces in them. */
const GROUP = /\{([^{},]*(?:,[^{},]*)+)\}/;

/**
 * Replaces `{a,b}` by one pattern for each alternative. Braces without a comma are literal. Pure.
 * @returns the patterns without duplicates; null when there are more than 64
 */
export function expandBraces(pattern: string): string[] | null {
  let patterns = [pattern];
  for (;;) {
    const expanded = new Set<string>();
    for (const each of patterns) {
      const group = GROUP.exec(each);
      const alternatives = group?.[1]?.split(',');
      if (group === null || alternatives === undefined) expanded.add(each);
      else {
        const [before, after] = [each.slice(0, group.index), each.slice(group.index + group[0].length)];
        for (const alternative of alternatives) expanded.add(`${before}${alternative}${after}`);
      }
      if (expanded.size > MAX_ALTERNATIVES) return null;
    }
    const isDone = expanded.size === patterns.length && patterns.every((each) => expanded.has(each));
    patterns = [...expanded];
    if (isDone) return patterns;
  }
}

/** Why the braces of a pattern are refused, as the rest of a sentence with what to write; null when they are not. */
function refusedBraces(pattern: string): string | null {
  let isOpen = false;
  for (const character of pattern) {
    if (character === '{' && isOpen) {
      return 'has braces in braces. Write every alternative in full, e.g. {a,bc,bd} for {a,b{c,d}}.';
    }
    if (character === '}' && !isOpen) return 'has a `}` without a `{`. Write `*` for a literal brace.';
    if (character === '{') isOpen = true;
    else if (character === '}') isOpen = false;
  }
  return isOpen ? 'has a `{` without a `}`. Write {a,b} for alternatives, or `*` for a literal brace.' : null;
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
  const braces = refusedBraces(pattern);
  if (braces !== null) return `${shown} ${braces}`;
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
