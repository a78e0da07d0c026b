import type { AcceptanceMeans } from '../../database/schema/schema.js';
import { type DriftLevel, higher } from '../../vocabulary/level.js';
import type { DriftChange } from '../differences/drift.js';

/** What makes a change this change: its path and both contents. A side that is not there is empty. */
export interface ChangeKey {
  path: string;
  /** 64 hex digits, or empty. */
  before: string;
  after: string;
}

/** That somebody accepted a change. */
export interface Acceptance extends ChangeKey {
  by: string;
  means: AcceptanceMeans;
  at: Date;
}

/** Which changes of a report were accepted, and what is left. */
export interface AcceptanceView {
  of(change: DriftChange): Acceptance | null;
  /** In the order of the report. */
  accepted: { change: DriftChange; acceptance: Acceptance }[];
  unaccepted: DriftChange[];
  /** The highest level of what is not accepted; null when none of it has one. */
  unacceptedLevel: DriftLevel | null;
}

export function changeKey({ path, before, after }: DriftChange): ChangeKey {
  return { path, before: before?.digest ?? '', after: after?.digest ?? '' };
}

/** Looks the changes of a report up among what was accepted. An acceptance of another change at the same path does not count. */
export function viewAcceptances(changes: DriftChange[], acceptances: Acceptance[]): AcceptanceView {
  const known = new Map(acceptances.map((acceptance) => [textOf(acceptance), acceptance]));
  const of = (change: DriftChange) => known.get(textOf(changeKey(change))) ?? null;
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

function textOf({ path, before, after }: ChangeKey): string {
  return `${before} ${after} ${path}`;
}
