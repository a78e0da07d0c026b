/*
 * Patterns are untrusted input, so their regular expressions must not backtrack: a simple translation
 * of `*a*a*a*a*b` takes exponential time. JavaScript has no atomic groups, but a look-ahead with a
 * back-reference to its capture, `(?=(x))\1`, is equivalent: once it has matched, it is not retried.
 * Each wildcard matches up to the nearest position where the text after it matches, which is always as
 * good as a later position.
 */

/** Limits that keep matching against every path of a repository cheap. */
export const PATTERN_LIMITS = { characters: 500, wildcards: 20, patterns: 200 } as const;

const WILDCARDS = /(?<=^|\/)(?:\*{2,}\/)+|\*+/g;

/**
 * Why a pattern is refused, as the end of a sentence; null when it is accepted. Text without `*` is
 * literal. Pure.
 */
export function refusedPattern(pattern: string): string | null {
  const wildcards = pattern.match(WILDCARDS)?.length ?? 0;
  if (wildcards === 0) return null;
  const { characters, wildcards: maximum } = PATTERN_LIMITS;
  if (pattern.length > characters) return `is longer than ${characters} characters`;
  return wildcards > maximum ? `has ${wildcards} wildcards; at most ${maximum} are allowed` : null;
}

/**
 * Why a list of patterns is refused: its first invalid pattern, or their number; null when it is
 * accepted. Pure.
 */
export function refusedPatterns(patterns: readonly string[]): string | null {
  let count = 0;
  for (const pattern of patterns) {
    const reason = refusedPattern(pattern);
    if (reason !== null) return `the pattern "${pattern.slice(0, 60)}…" ${reason}`;
    if (pattern.includes('*')) count++;
  }
  const maximum = PATTERN_LIMITS.patterns;
  return count > maximum ? `${count} patterns are more than the ${maximum} that one request may have` : null;
}

type Wildcard = '*' | '**' | '**/';
interface Piece {
  wildcard: Wildcard | null;
  literal: string;
}

/**
 * A pattern for test ids: `*` matches any characters, everything else is literal. It matches the whole
 * id. Pure.
 */
export function testPattern(pattern: string): RegExp {
  const literals = pattern.split(/\*+/);
  const pieces = literals.map(
    (literal, index): Piece => ({ wildcard: index === 0 ? null : '**', literal: escaped(literal) }),
  );
  return translate(pieces);
}

/**
 * A pattern for paths: `**` as a whole folder name matches any number of folders, elsewhere any
 * characters; `*` matches any characters within a folder or file name; everything else is literal. It
 * matches the whole path, including names that start with a dot. Pure.
 */
export function pathPattern(pattern: string): RegExp {
  const pieces: Piece[] = [{ wildcard: null, literal: '' }];
  // The odd elements are the wildcards. A run of `**/` is one wildcard.
  pattern.split(/((?<=^|\/)(?:\*{2,}\/)+|\*+)/).forEach((token, index) => {
    if (index % 2 === 1) pieces.push({ wildcard: wildcardOf(token), literal: '' });
    else (pieces.at(-1) as Piece).literal = escaped(token);
  });
  return translate(pieces);
}

function wildcardOf(token: string): Wildcard {
  if (token.endsWith('/')) return '**/';
  return token.length > 1 ? '**' : '*';
}

const ANY: Record<Wildcard, string> = { '*': '[^/]*?', '**': '[^]*?', '**/': '(?:|[^]*?/)' };

/**
 * Joins the pieces. A wildcard over folders and the `*` pieces after it form one group: if a `*` in it
 * does not match, the group is retried at a later position. The last group is not atomic, because it
 * must reach the end of the text.
 */
function translate(pieces: Piece[]): RegExp {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const current = groups.at(-1);
    if (piece.wildcard === '*' && current !== undefined) current.push(piece);
    else groups.push([piece]);
  }
  let captures = 0;
  let source = '^';
  groups.forEach((group, index) => {
    const last = index === groups.length - 1;
    const atomic = !last && index > 0;
    const number = atomic ? ++captures : 0;
    let text = '';
    group.forEach((piece, place) => {
      const step = (piece.wildcard === null ? '' : ANY[piece.wildcard]) + piece.literal;
      const free = place === 0 || (last && place === group.length - 1);
      text += free ? step : `(?=(${step}))\\${++captures}`;
    });
    source += atomic ? `(?=(${text}))\\${number}` : text;
  });
  return new RegExp(`${source}$`);
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.|?*+()[\]{}/-]/g, '\\$&');
}
