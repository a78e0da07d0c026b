import { describePurge, describePurgeBriefly, type Purge } from '../../store/purged/purge.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import type { Reading } from '../../vocabulary/recording.js';
import { describeRef } from '../../vocabulary/ref-name.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import type { RefWithHash } from './refs-with-hash-store.js';

interface Facts extends Omit<Explanation, 'text'> {
  subject: Subject;
  reading: Reading | null;
  /** Of what is stored at the path, where an admin removed it. */
  purge: Purge | null;
  elsewhere: RefWithHash[];
  /** Such as `branch main`. */
  stateInWords: string;
}

/** An explanation in words: the key first, then where it is, or what comes nearest. */
export function describeExplanation(facts: Facts): string {
  return [...keyLines(facts), ...(facts.found.length > 0 ? foundLines(facts) : missingLines(facts))].join(
    '\n',
  );
}

function keyLines({ subject, reading, purge, hash, hashStatus, computedHashes }: Facts): string[] {
  if (!reading) {
    if (subject.path !== null && purge !== null) {
      const key = hash === null ? [] : [`Key: ${hash}`];
      return [`The content of ${subject.path} was ${describePurge(purge)}. Record it anew.`, ...key];
    }
    if (subject.path !== null) return [`Nothing is stored at ${subject.path}, and no content was given.`];
    return [`Key: ${hash ?? 'none'}`];
  }
  if (reading.problem !== null && computedHashes.length === 0)
    return [`This file cannot be read: ${reading.problem}.`];
  if (computedHashes.length === 0) {
    return ['This file is of no format whose key is known, so nothing says how a recorder would look it up.'];
  }
  const lines = [
    `Test: ${reading.testId ?? 'none named'}`,
    `Request: ${reading.model ?? 'no model'} ${reading.endpoint ?? ''}`.trimEnd(),
    `Key: ${computedHashes[0]} (what the newest recorder computes)`,
  ];
  if (hashStatus === 'MISMATCHED') {
    lines.push(
      hash === null
        ? 'Its file name holds no key, so no recorder will find it.'
        : `Its file name says ${hash}, which no known recorder computes for this request: no recorder will find it.`,
      `Record it again, or name it ${computedHashes[0]}.json if the request is right as it stands.`,
    );
  }
  return lines;
}

function foundLines({ found, stateInWords }: Facts): string[] {
  return ['', `Found in ${stateInWords}:`, ...found.map((row) => `  ${recordingLine(row)}`)];
}

function missingLines({ nearest, elsewhere, stateInWords, reading, hash }: Facts): string[] {
  if (hash === null) return [];
  const lines = ['', `Not found in ${stateInWords}.`];
  for (const ref of elsewhere) {
    lines.push(
      `It ${ref.goneIn === null ? 'is in' : `was in`} ${describeRef(ref)}${ref.goneIn === null ? '' : ` until version ${ref.goneIn}`}.`,
    );
  }
  if (nearest.length > 0) {
    lines.push('', 'Nearest of the same test:', ...nearest.flatMap(nearLines));
  } else if (reading?.testId != null) {
    lines.push(`${stateInWords} has no recording of this test: record it.`);
  }
  return lines;
}

function nearLines({ recording, likeness, differences }: NearRecording): string[] {
  return [
    `  ${Math.round(likeness * 100)}% alike: ${recordingLine(recording)}`,
    ...differences.map((difference) => `    ${difference}`),
  ];
}

function recordingLine(row: RecordingRow): string {
  const about = [row.testId, row.model].filter((each) => each !== null).join(', ');
  const status = row.hashStatus === 'MISMATCHED' ? ' [its file name is not its key]' : '';
  const purged = row.purged ? ` [${describePurgeBriefly(row.purged)}: a pull does not bring it]` : '';
  return `${row.path}${about === '' ? '' : ` (${about})`}${status}${purged}`;
}
