import { describeUnplayable, isUnplayable } from '../../../recordings/playable/unplayable.js';
import type { Failure } from '../../../vocabulary/failure.js';
import { code, listing } from '../../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { describeFailure } from '../../failures/describe-failure.js';

/** Why no recorder finds the recording of a change. */
export function describeLost(change: DriftChange): string {
  const reason = change.reasons.find(({ rule }) => rule === 'unplayable');
  if (reason) return reason.words;
  const playable = change.after?.playable ?? 'MISNAMED';
  const words = describeUnplayable(isUnplayable(playable) ? playable : 'MISNAMED');
  return change.kind === 'ADDED' ? `new, but ${words}` : words;
}

/** What failures share: their message without ids and numbers, which differ with every call. */
export function failureKey({ kind, status, tool, text }: Failure): string {
  return JSON.stringify([kind, status, tool, text.replaceAll(/[\w-]*\d[\w-]*/g, '#').slice(0, 120)]);
}

/** The words of a failure next to a good recording of the same test. */
export function describeStray(failure: Failure): string {
  return `${describeFailure(failure)}, next to a good recording of the same test: probably left over`;
}

/** "model `a` renamed to `b`". */
export function describeRename({ from, to }: { from: string; to: string }): string {
  return `model ${code(from)} renamed to ${code(to)}`;
}

const MAXIMUM_REQUEST_WORDS = 4;

/** How the request of a change differs, with a renamed model first. */
export function describeRequestChange(change: DriftChange): string {
  const rename = change.renamedModel;
  const words = change.requestChange?.words ?? [];
  const rest = rename ? words.filter((text) => !/^`(?:[\w.]*\.)?model`/.test(text)) : words;
  const parts = rename ? [describeRename(rename), ...rest] : rest;
  if (parts.length === 0) return 'the same request under another hash';
  return `request: ${listing(parts, MAXIMUM_REQUEST_WORDS)}`;
}

/** What changed in the requests of many changes, at the same places with different values. */
export function describeRequestShape(changes: DriftChange[]): string {
  const shape = changes[0]?.requestChange?.shape ?? '';
  const places = shape.split(', ').map((place) => place.replace(/^(.*) (added|removed|changed)$/, '`$1` $2'));
  const example = changes[0]?.requestChange?.words ?? [];
  return `request: ${listing(places, MAXIMUM_REQUEST_WORDS)}, for example ${listing(example, 2)}`;
}

/** A reason without the similarity in its words, which differs in every recording. */
export function withoutScore(reason: DriftReason): DriftReason {
  return { ...reason, words: reason.words.replace(/ \((?:\d+% similar|cosine [\d.]+)\)/, '') };
}
