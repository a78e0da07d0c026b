import type { Hit } from './rules/hit.js';
import { KEY_SHAPES } from './rules/key-shapes.js';
import { matchAssignments, NAME_BEGINNINGS } from './rules/named-values.js';
import { isPlaceholder } from './rules/placeholder.js';
import { matchSecretlintRules } from './rules/secretlint-rules.js';

/** The shortest text in which anything is looked for: `://u:pass@h`. */
const SHORTEST = 11;

/** Beginnings that the rule set alone knows. */
const OF_THE_RULE_SET = [
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
const BEGINNINGS = joinedBeginnings(
  [...KEY_SHAPES.flatMap(({ begins }) => begins), ...OF_THE_RULE_SET],
  HINTS,
);

/**
 * All beginnings in one expression. At each character of a text it costs what its alternatives are, so there are few:
 * most keys have a dash or an underscore behind their beginning, and are told by looking back from there; the others
 * share their first letters.
 */
function joinedBeginnings(begins: string[], hints: string[]): RegExp {
  const behind: string[] = [];
  const byLetter = new Map<string, string[]>();
  for (const begin of new Set(begins.map((text) => text.replaceAll('.', '\\.')))) {
    if (/[\w}\]][-_]$/.test(begin)) behind.push(begin.slice(0, -1));
    else {
      const [first = ''] = begin;
      byLetter.set(first, [...(byLetter.get(first) ?? []), begin.slice(1)]);
    }
  }
  const others = [...byLetter].map(([first, rests]) => `${first}(?:${rests.join('|')})`);
  return new RegExp([`[-_](?<=(?:${behind.join('|')})[-_])`, ...others, ...hints].join('|'));
}

/** Whether a text may hold a secret. Most do not, and are done with after this. */
export function mayHoldSecrets(text: string): boolean {
  return text.length >= SHORTEST && (BEGINNINGS.test(text) || NAME_BEGINNINGS.test(text));
}

/** A kind of its own: somebody must look, because we do not look any further. */
export const TOO_MANY = 'more places that look like secrets than are looked at';

/** A long text is looked at in slices, so that one key in it does not make every rule read all of it. */
const SLICE = 256 * 1024;
/** What two slices share: more than the longest private key. */
const OVERLAP = 16 * 1024;

/** All secrets in a text, in order and without overlaps; where several rules see the same one, the most specific names it. */
export function scanText(text: string): Hit[] {
  if (text.length <= SLICE + OVERLAP) return secretsInSlice(text);
  const hits: Hit[] = [];
  for (let offset = 0; offset < text.length; offset += SLICE) {
    for (const { kind, start, end } of secretsInSlice(text.slice(offset, offset + SLICE + OVERLAP))) {
      const last = hits.at(-1);
      if (last === undefined || start + offset >= last.end)
        hits.push({ kind, start: start + offset, end: end + offset });
      // The same, cut off by the end of the slice before.
      else if (end + offset > last.end && start + offset === last.start) last.end = end + offset;
      if (kind === TOO_MANY) return hits;
    }
  }
  return hits;
}

const OWN_BEGINNINGS = [...new Set(KEY_SHAPES.flatMap(({ begins }) => begins))];
const ANY_BEGINNING = new RegExp(
  [...OWN_BEGINNINGS]
    .sort((a, b) => b.length - a.length)
    .map((begin) => begin.replaceAll('.', '\\.'))
    .join('|'),
  'g',
);

/** Which of the beginnings stand in a text, found in one pass over it. */
function beginningsIn(text: string): Set<string> {
  const found = new Set<string>();
  if (!BEGINNINGS.test(text)) return found;
  const longest = new Set(Array.from(text.matchAll(ANY_BEGINNING), ([begin]) => begin));
  for (const begin of OWN_BEGINNINGS) {
    // Where `sk-ant-` stands, `sk-` does.
    if ([...longest].some((one) => one.includes(begin))) found.add(begin);
  }
  return found;
}

function secretsInSlice(text: string): Hit[] {
  if (!mayHoldSecrets(text)) return [];
  const candidates: Hit[] = [];
  const begun = beginningsIn(text);
  for (const { kind, begins, hint, pattern, isCertain, isKey } of KEY_SHAPES) {
    if (hint === undefined && !begins.some((begin) => begun.has(begin))) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      if (isKey?.(match[0]) === false || (!isCertain && isPlaceholder(secret))) continue;
      const start = match.index + match[0].length - secret.length;
      candidates.push({ kind, start, end: start + secret.length });
    }
  }
  const ruled = matchSecretlintRules(text);
  // Those of the rule set come last: of a URL with a password it names the whole.
  if (NAME_BEGINNINGS.test(text)) candidates.push(...matchAssignments(text));
  candidates.push(...ruled.hits.filter((hit) => !isPlaceholderHit(text, hit)));
  if (ruled.tooMany) candidates.push({ kind: TOO_MANY, start: 0, end: 0 });
  return withoutOverlaps(candidates.filter((hit) => !isWithinEncoded(text, hit)));
}

function isPlaceholderHit(text: string, { kind, start, end }: Hit): boolean {
  return kind !== 'private key' && isPlaceholder(text.slice(start, end));
}

/** Characters of base64 right before a hit that make it a part of something encoded rather than a key. */
const LONG_RUN = 120;

/**
 * Whether a hit stands in the midst of encoded data: in enough of it every beginning of a key occurs by chance (once in about
 * 15 MB of base64 as it is safe in URLs). What the data says is looked at apart, decoded.
 */
function isWithinEncoded(text: string, { start }: Hit): boolean {
  return start >= LONG_RUN && /^[A-Za-z0-9+/_-]+$/.test(text.slice(start - LONG_RUN, start));
}

function withoutOverlaps(candidates: Hit[]): Hit[] {
  // The sort is stable: of two that begin at the same place the one named first, hence more specific, comes first.
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
