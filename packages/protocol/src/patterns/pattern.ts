/*
 * Patterns come from users and are run by the registry on other people's names, so they must not backtrack:
 * `*a*a*a*a*b` takes a usual translation to a regular expression ages. JavaScript has no atomic groups, but a look-ahead
 * followed by a reference to what it captured, `(?=(x))\1`, is one: once it matched, it is never tried again.
 * Each wildcard takes the nearest place where what follows it fits, which is always as good as a later place.
 */

/** What a pattern may have, so that matching one against every path of a repository stays cheap. */
export const PATTERN_LIMITS = { characters: 500, wildcards: 20, patterns: 200 } as const;

const WILDCARDS = /(?<=^|\/)(?:\*{2,}\/)+|\*+/g;

/** Says why a pattern is refused, as the end of a sentence; null when it is not. Text without `*` is no pattern. */
export function refusedPattern(pattern: string): string | null {
  const wildcards = pattern.match(WILDCARDS)?.length ?? 0;
  if (wildcards === 0) return null;
  const { characters, wildcards: most } = PATTERN_LIMITS;
  if (pattern.length > characters) return `is longer than ${characters} characters`;
  return wildcards > most ? `has ${wildcards} wildcards; at most ${most} are allowed` : null;
}

/** Refuses the first bad pattern of a list, or a list with too many of them; null when all are fine. */
export function refusedPatterns(patterns: readonly string[]): string | null {
  let count = 0;
  for (const pattern of patterns) {
    const reason = refusedPattern(pattern);
    if (reason !== null) return `the pattern "${pattern.slice(0, 60)}…" ${reason}`;
    if (pattern.includes('*')) count++;
  }
  const most = PATTERN_LIMITS.patterns;
  return count > most ? `${count} patterns are more than the ${most} that one question may have` : null;
}

type Wildcard = '*' | '**' | '**/';
interface Piece {
  wildcard: Wildcard | null;
  literal: string;
}

/** A pattern over test ids: `*` is any run of characters, all else (brackets above all) is literal; matches the whole text. */
export function testPattern(pattern: string): RegExp {
  const literals = pattern.split(/\*+/);
  const pieces = literals.map(
    (literal, index): Piece => ({ wildcard: index === 0 ? null : '**', literal: escaped(literal) }),
  );
  return translate(pieces);
}

/**
 * A pattern over paths: two stars as a whole folder name are any folders (also none), elsewhere any run of characters;
 * one star is any run within a folder or file name; all else is literal. Matches the whole path. Names that start with a
 * dot are like all others.
 */
export function pathPattern(pattern: string): RegExp {
  const pieces: Piece[] = [{ wildcard: null, literal: '' }];
  // Odd places of the split are the wildcards.
  // A run of `**/` means the same as one.
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
 * Joins the pieces. A wildcard over folders and the `*` pieces after it form one group: where a `*` in it does not fit,
 * the group starts at a later place. The last group is no atomic one, for it must reach the end of the text.
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
