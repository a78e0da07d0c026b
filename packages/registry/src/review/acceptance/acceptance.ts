import type { AcceptanceMeans } from '../../database/schema/schema.js';
import { type DriftLevel, higher } from '../../vocabulary/level.js';
import type { DriftChange } from '../differences/drift.js';

/**
 * The identity of a change: its path and both digests. For a new recording, the older digest is that of the
 * recording that it probably replaces, because the reviewer accepts the difference between the two. The
 * digest of a missing side is empty.
 */
export interface ChangeKey {
  path: string;
  /** 64 hex digits, or empty. */
  before: string;
  after: string;
}

/** A change that somebody accepted. */
export interface Acceptance extends ChangeKey {
  by: string;
  means: AcceptanceMeans;
  at: Date;
}

/** The accepted and the remaining changes of a report. */
export interface AcceptanceView {
  of(change: DriftChange): Acceptance | null;
  /** In the order of the report. */
  accepted: { change: DriftChange; acceptance: Acceptance }[];
  unaccepted: DriftChange[];
  /** The highest level of the remaining changes; null when none has a level. */
  unacceptedLevel: DriftLevel | null;
}

/** Returns the identity of a change. */
export function changeKey({ path, before, replaces, after }: DriftChange): ChangeKey {
  return { path, before: (before ?? replaces)?.digest ?? '', after: after?.digest ?? '' };
}

/** Matches the changes of a report with acceptances, by path and both digests. */
export function viewAcceptances(changes: DriftChange[], acceptances: Acceptance[]): AcceptanceView {
  const known = new Map(acceptances.map((acceptance) => [textKey(acceptance), acceptance]));
  const of = (change: DriftChange) => known.get(textKey(changeKey(change))) ?? null;
  const accepted: AcceptanceView['accepted'] = [];
  const unaccepted: DriftChange[] = [];
  for (const change of changes) {
    const acceptance = of(change);
    if (acceptance) accepted.push({ change, acceptance });
    else unaccepted.push(change);
  }
  const unacceptedLevel = unaccepted.reduce<DriftLevel | null>(
    (level, change) => higher(level, change.level),
    null,
  );
  return { of, accepted, unaccepted, unacceptedLevel };
}

function textKey({ path, before, after }: ChangeKey): string {
  return `${before} ${after} ${path}`;
}
