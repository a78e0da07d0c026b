import type { Failure } from '../../../vocabulary/failure.js';
import type { Playable } from '../../../vocabulary/recording.js';
import { code, listing } from '../../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { describeFailure } from '../../failures/describe-failure.js';

const NOT_PLAYABLE: Record<Playable, string> = {
  YES: 'its file name does not match its request',
  OUTDATED: 'only an older recorder looks for its file name',
  MISNAMED: 'its file name does not match its request',
  MISPLACED: 'it is not in a folder that the recorder searches',
  UNKNOWN: 'its file name does not match its request',
};

/** Why no recorder finds the recording of a change. */
export function describeUnplayable(change: DriftChange): string {
  const reason = change.reasons.find(({ rule }) => rule === 'unplayable' || rule === 'playable');
  if (reason) return reason.words;
  const why = NOT_PLAYABLE[change.after?.playable ?? 'UNKNOWN'];
  return change.kind === 'ADDED'
    ? `new, but no recorder will find it: ${why}`
    : `no recorder will find it: ${why}`;
}

/** What failures share: their message without ids and numbers, which differ with every call. */
export function failureKey({ kind, status, tool, text }: Failure): string {
  return JSON.stringify([kind, status, tool, text.replaceAll(/[\w-]*\d[\w-]*/g, '#').slice(0, 120)]);
}

/** The words of a failure next to a good recording of the same test. */
export function describeStray(failure: Failure): string {
  return `${describeFailure(failure)}, next to a good recording of the same test: probably left over`;
}

/** The change of the model that the request names; null when it is the same or unknown. */
export function modelRename(change: DriftChange): { from: string; to: string } | null {
  const from = (change.replaces ?? change.before)?.model ?? null;
  const to = change.after?.model ?? null;
  return from === null || to === null || from === to ? null : { from, to };
}

/** "model `a` renamed to `b`". */
export function describeRename({ from, to }: { from: string; to: string }): string {
  return `model ${code(from)} renamed to ${code(to)}`;
}

const MAXIMUM_REQUEST_WORDS = 4;

/** How the request of a change differs, with a renamed model first. */
export function describeRequestChange(change: DriftChange): string {
  const rename = modelRename(change);
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
