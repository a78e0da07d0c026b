import { code, count, plain } from '../../../vocabulary/words.js';
import type { Drift, DriftChange } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';
import type { Cause, CauseCategory } from '../causes/cause.js';
import { describeRename } from '../causes/cause-words.js';
import { findCauses } from '../causes/find-causes.js';
import { countTests } from '../change-names.js';
import { failureParts, lesserFailureParts } from './failure-parts.js';

/** A longer value is shortened; a reason that is still longer is counted, not named. */
const LONGEST_VALUE = 40;
const LONGEST_REASON = 110;

/** What a report says first, by weight: what broke, with counts, and the value where it is one cause. */
export function causeParts({ changes, summary }: Drift): string[] {
  const byCategory = groupBy(findCauses(changes), ({ category }) => category);
  const of = (category: CauseCategory) => byCategory.get(category) ?? [];
  return [
    ...unplayableParts(changes),
    ...failureParts(changes, summary.added),
    ...chainPart(of('chain')),
    ...behaviourParts(of('behaviour')),
    ...lesserFailureParts(changes),
    ...sharedPart(of('shared')),
    ...renamePart(changes),
    ...contentParts(of('content')),
    ...rewordedParts(of('reworded')),
  ];
}

function unplayableParts(changes: DriftChange[]): string[] {
  const unplayable = changes.filter((change) => change.unplayable);
  const added = unplayable.filter(({ kind }) => kind === 'ADDED').length;
  const lost = unplayable.length - added;
  const parts = lost > 0 ? [`${count(lost, 'recording')} can no longer be played`] : [];
  if (added > 0) parts.push(`${count(added, 'new recording')} that no recorder will find`);
  return parts;
}

function chainPart(causes: Cause[]): string[] {
  const followUps = new Set(causes.flatMap(changesOf).flatMap((change) => change.brokenFollowUps)).size;
  return followUps > 0 ? [`${count(followUps, 'follow-up call')} will not be found`] : [];
}

/** Kinds of changed behaviour, by the beginning of the reason, with how a sentence says it of one and of many. */
const BEHAVIOUR_KINDS: readonly [RegExp, one: string, many: string][] = [
  [/^no longer calls/, 'no longer calls its tool', 'no longer call their tools'],
  [/^(?:now|instead) calls/, 'now calls a tool', 'now call a tool'],
  [/^calls/, 'calls a tool differently', 'call a tool differently'],
  [/^request goes to/, 'calls another URL', 'call another URL'],
  [/^\d+ fewer calls? of/, 'makes fewer calls', 'make fewer calls'],
  [/^\d+ more calls? of/, 'makes more calls', 'make more calls'],
];

function behaviourParts(causes: Cause[]): string[] {
  const kindOf = ({ reason }: Cause) => BEHAVIOUR_KINDS.findIndex(([start]) => start.test(reason));
  const byKind = groupBy(causes, kindOf);
  const parts = BEHAVIOUR_KINDS.map(([, one, many], kind) => {
    const own = byKind.get(kind);
    if (!own) return '';
    const who = countTests(own.flatMap(changesOf));
    const counted = `${who} ${/^1 /.test(who) ? one : many}`;
    return kind === 0 ? counted : (nameOnly(own, 'recording') ?? counted);
  });
  const others = byKind.get(-1);
  if (others)
    parts.push(nameOnly(others, 'recording') ?? `${countTests(others.flatMap(changesOf))} changed behaviour`);
  return parts.filter((part) => part !== '');
}

function sharedPart(causes: Cause[]): string[] {
  const shared = causes.flatMap(changesOf);
  if (shared.length === 0) return [];
  const tests = Math.max(...shared.map(({ sharedWith }) => sharedWith.length + 1));
  const by = shared.length === 1 ? count(tests, 'test') : 'several tests';
  return [
    `${count(shared.length, 'recording')} shared by ${by} ${shared.length === 1 ? 'is' : 'are'} overwritten`,
  ];
}

/**
 * The renamed model of most recordings, whatever else changed in them. One cassette among others is no headline:
 * its row says so.
 */
function renamePart(changes: DriftChange[]): string[] {
  const renamed = changes.filter(({ renamedModel }) => renamedModel !== null);
  if (renamed.length === 1 && renamed[0]?.kind === 'CHANGED' && changes.length > 1) return [];
  const renames = changes.map(({ renamedModel }) => renamedModel).filter((rename) => rename !== null);
  const [most] = [...groupBy(renames, describeRename)].sort(([, a], [, b]) => b.length - a.length);
  return most ? [`${most[0]} in ${count(most[1].length, 'recording')}`] : [];
}

/** The only cause, or the one that most recordings share, by its value; the others as a count. */
function contentParts(causes: Cause[]): string[] {
  const [most, ...others] = causes;
  if (!most) return [];
  const all = causes.flatMap(changesOf).length;
  const isLeading = others.length === 0 || (most.changes.length > 2 && most.changes.length * 2 > all);
  const named = isLeading ? nameOnly([most], unitOf(most)) : null;
  if (named === null) return [`${count(all, 'recording')} with changed content`];
  const rest = all - most.changes.length;
  return rest === 0 ? [named] : [named, `${rest.toLocaleString('en-GB')} more with changed content`];
}

function rewordedParts(causes: Cause[]): string[] {
  const spaced = causes.filter(({ reason }) => reason.includes('white space'));
  const [spaces, words] = [spaced, causes.filter((cause) => !spaced.includes(cause))].map(
    (some) => some.flatMap(changesOf).length,
  ) as [number, number];
  const parts = words > 0 ? [`${count(words, 'answer')} in other words`] : [];
  if (spaces > 0) parts.push(`${count(spaces, 'answer')} with other white space`);
  return parts;
}

/** "`Bolivia` → `Peru` in 1 answer"; null when there are several causes or the reason is long. */
function nameOnly(causes: Cause[], unit: string): string | null {
  const [only] = causes;
  if (!only || causes.length > 1) return null;
  const reason = only.reason.replaceAll(/`([^`]*)`/g, (_, value: string) => code(value, LONGEST_VALUE));
  return plain(reason).length > LONGEST_REASON ? null : `${reason} in ${count(only.changes.length, unit)}`;
}

function unitOf({ changes, reason }: Cause): string {
  const isAnswer = changes.every((change) => change.texts.length > 0) && !/\banswer\b/.test(reason);
  return isAnswer ? 'answer' : 'recording';
}

function changesOf(cause: Cause): DriftChange[] {
  return cause.changes;
}
