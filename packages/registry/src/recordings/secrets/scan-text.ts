import type { Hit } from './rules/hit.js';
import { KEY_SHAPES } from './rules/key-shapes.js';
import { matchAssignments, NAME_PREFIXES } from './rules/named-values.js';
import { isPlaceholder } from './rules/placeholder.js';
import { isPublicKey } from './rules/public-value.js';
import { matchSecretlintRules } from './rules/secretlint-rules.js';
import { isInLink, matchUrls } from './rules/url-secrets.js';

/** Length of the shortest text with a secret: `://u:pass@h`. */
const SHORTEST = 11;

/** Prefixes that only the rules of secretlint match. */
const SECRETLINT_PREFIXES = [
  'npm_',
  'xox[a-z]-',
  'xapp-',
  'shp[a-z]{2}_',
  'lin_api_',
  'ops_',
  'hooks.slack',
  'SG.',
  'T3BlbkFJ',
];

const HINTS = KEY_SHAPES.flatMap(({ hint }) => hint ?? []);
const PREFIXES = joinPrefixes([...KEY_SHAPES.flatMap(({ begins }) => begins), ...SECRETLINT_PREFIXES], HINTS);

/**
 * All prefixes in one expression. Its cost per character grows with its alternatives, so there are
 * few: most prefixes have a dash, an underscore or a dot, and a look-behind from there checks them;
 * the others are grouped by first letter.
 */
function joinPrefixes(begins: string[], hints: string[]): RegExp {
  const dashed: string[] = [];
  const dotted: string[] = [];
  const byLetter = new Map<string, string[]>();
  for (const begin of new Set(begins)) {
    const escaped = begin.replaceAll('.', '\\.');
    if (/[\w}\]][-_]$/.test(begin)) dashed.push(begin.slice(0, -1));
    else if (/^\w[\w.]*\.\w*$/.test(begin)) dotted.push(lookingBehind(begin));
    else byLetter.set(begin.charAt(0), [...(byLetter.get(begin.charAt(0)) ?? []), escaped.slice(1)]);
  }
  const letters = [...byLetter].map(([first, rests]) => `${first}(?:${rests.join('|')})`);
  const separated = [`[-_](?<=(?:${dashed.join('|')})[-_])`, `\\.(?:${dotted.join('|')})`];
  return new RegExp([...separated, ...letters, ...hints].join('|'));
}

/** `hooks.slack` as seen after its last dot: `(?<=hooks\.)slack`. */
function lookingBehind(begin: string): string {
  const dot = begin.lastIndexOf('.') + 1;
  return `(?<=${begin.slice(0, dot).replaceAll('.', '\\.')})${begin.slice(dot)}`;
}

/** Kind of a finding that says the scan stopped: a person has to look at the recording. */
export const TOO_MANY = 'more places that look like secrets than are looked at';

/**
 * Long texts are scanned in slices of this length, so that rules read only slices with a prefix.
 */
const SLICE = 256 * 1024;
/** Overlap of two slices: longer than the longest private key. */
const OVERLAP = 16 * 1024;

/**
 * All secrets in a text, in order and without overlaps. The most specific of several rules names
 * the kind.
 */
export function scanText(text: string): Hit[] {
  if (text.length <= SLICE + OVERLAP) return scanSlice(text);
  const hits: Hit[] = [];
  for (let offset = 0; offset < text.length; offset += SLICE) {
    for (const hit of scanSlice(text.slice(offset, offset + SLICE + OVERLAP))) {
      const { kind, start, end } = hit;
      const last = hits.at(-1);
      if (last === undefined || start + offset >= last.end)
        hits.push({ ...hit, start: start + offset, end: end + offset });
      // The same hit, truncated by the end of the previous slice.
      else if (end + offset > last.end && start + offset === last.start) last.end = end + offset;
      if (kind === TOO_MANY) return hits;
    }
  }
  return hits;
}

/** Keys that services also put into links, for anyone with the link. */
const IN_SIGNED_LINKS: ReadonlySet<string> = new Set(['AWS access key id', 'JSON web token']);

const OWN_PREFIXES = [...new Set(KEY_SHAPES.flatMap(({ begins }) => begins))];
const ANY_PREFIX = new RegExp(
  [...OWN_PREFIXES]
    .sort((a, b) => b.length - a.length)
    .map((begin) => begin.replaceAll('.', '\\.'))
    .join('|'),
  'g',
);

/** The prefixes that occur in a text, found in one pass. */
function prefixesIn(text: string): Set<string> {
  const found = new Set<string>();
  const longest = new Set(Array.from(text.matchAll(ANY_PREFIX), ([begin]) => begin));
  for (const begin of OWN_PREFIXES) {
    // A text with `sk-ant-` also has `sk-`.
    if ([...longest].some((one) => one.includes(begin))) found.add(begin);
  }
  return found;
}

function scanSlice(text: string): Hit[] {
  // Two fast checks, which most texts fail.
  const hasPrefix = text.length >= SHORTEST && PREFIXES.test(text);
  const hasName = text.length >= SHORTEST && NAME_PREFIXES.test(text);
  if (!hasPrefix && !hasName) return [];
  const candidates = hasPrefix ? matchShapes(text) : [];
  const ruled = matchSecretlintRules(text);
  // Hits of secretlint come last: it reports the complete URL for a password in one.
  if (hasName) candidates.push(...matchAssignments(text), ...matchUrls(text));
  candidates.push(...ruled.hits.filter((hit) => !isPlaceholderHit(text, hit)));
  if (ruled.tooMany) candidates.push({ kind: TOO_MANY, start: 0, end: 0 });
  return withoutOverlaps(candidates.filter((hit) => !isWithinEncoded(text, hit)));
}

function matchShapes(text: string): Hit[] {
  const hits: Hit[] = [];
  const present = prefixesIn(text);
  for (const { kind, begins, hint, pattern, isCertain, isKey } of KEY_SHAPES) {
    if (hint === undefined && !begins.some((begin) => present.has(begin))) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      if (isKey?.(match[0]) === false) continue;
      if (!isCertain && (isPlaceholder(secret) || isPublicKey(secret))) continue;
      const start = match.index + match[0].length - secret.length;
      const isLinked = IN_SIGNED_LINKS.has(kind) && isInLink(text.slice(Math.max(0, start - 48), start));
      const hit: Hit = { kind, start, end: start + secret.length };
      hits.push(isLinked ? { ...hit, evidence: 'NAME' } : hit);
    }
  }
  return hits;
}

function isPlaceholderHit(text: string, { kind, start, end }: Hit): boolean {
  return kind !== 'private key' && isPlaceholder(text.slice(start, end));
}

/** Number of base64 characters before a hit that make it part of encoded data rather than a key. */
const LONG_RUN = 120;

/**
 * Whether a hit is inside encoded data, where every prefix occurs by chance (about once in 15 MB of
 * URL-safe base64). The decoded data is searched separately.
 */
function isWithinEncoded(text: string, { start }: Hit): boolean {
  return start >= LONG_RUN && /^[A-Za-z0-9+/_-]+$/.test(text.slice(start - LONG_RUN, start));
}

function withoutOverlaps(candidates: Hit[]): Hit[] {
  // The sort is stable: of two hits at one position, the more specific rule stays first.
  const inOrder = candidates
    .map((hit, rank) => ({ hit, rank }))
    .sort((a, b) => a.hit.start - b.hit.start || a.rank - b.rank);
  const kept: { hit: Hit; rank: number }[] = [];
  for (const next of inOrder) {
    const last = kept.at(-1);
    if (last === undefined || next.hit.start >= last.hit.end) kept.push(next);
    else if (next.rank < last.rank) kept[kept.length - 1] = next;
  }
  return kept.map(({ hit }) => hit);
}
