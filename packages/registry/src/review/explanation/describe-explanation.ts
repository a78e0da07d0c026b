import { playable } from '../../recordings/playable/playable.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import { parseRecordingName } from '../../recordings/playable/recording-name.js';
import { placesOfTest, testFolder } from '../../recordings/playable/recording-places.js';
import { describeUnplayable, isUnplayable } from '../../recordings/playable/unplayable.js';
import { describePurge, describePurgeBriefly, type Purge } from '../../store/purged/purge.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import type { Reading } from '../../vocabulary/recording.js';
import { describeRef } from '../../vocabulary/ref-name.js';
import type { RecorderName } from '../renaming/recorder-name.js';
import type { Explanation, NearRecording, Subject } from './explanation.js';
import type { RefWithHash } from './refs-with-hash-store.js';

interface Facts extends Omit<Explanation, 'text'> {
  subject: Subject;
  reading: Reading | null;
  /** For a file: the name for which the newest recorder looks. */
  name: RecorderName | null;
  /** Set when an admin purged the content at the path. */
  purge: Purge | null;
  elsewhere: RefWithHash[];
  /** The recorder that the repository uses. */
  recorder: Recorder;
  /** The explained state, such as `branch main`. */
  stateInWords: string;
}

/**
 * Describes an explanation: first the key, then where it was found, or the most similar recordings.
 */
export function describeExplanation(facts: Facts): string {
  return [...keyLines(facts), ...(facts.found.length > 0 ? foundLines(facts) : missingLines(facts))].join(
    '\n',
  );
}

function keyLines(facts: Facts): string[] {
  const { subject, reading, name, purge, hash, computedHashes } = facts;
  if (!reading) {
    if (subject.path !== null && purge !== null) {
      const key = hash === null ? [] : [`Key: ${hash}`];
      return [`The content of ${subject.path} was ${describePurge(purge)}. Record it again.`, ...key];
    }
    if (subject.path !== null) return [`Nothing is stored at ${subject.path}, and no content was given.`];
    return [`Key: ${hash ?? 'none'}`];
  }
  if (reading.problem !== null && computedHashes.length === 0)
    return [`This file cannot be read: ${reading.problem}.`];
  if (computedHashes.length === 0) {
    return [
      'The format of this file has no known key, so the registry cannot tell how a recorder looks it up.',
    ];
  }
  return [
    `Test: ${subject.testId ?? reading.testId ?? 'none'}`,
    `Request: ${reading.model ?? 'no model'} ${reading.endpoint ?? ''}`.trimEnd(),
    `Key: ${keyOf(name) ?? computedHashes[0]} (computed by the newest recorder version)`,
    ...nameLines(facts),
    ...placeLines(facts),
  ];
}

/** Where the recorder looks for a file that is in another folder. */
function placeLines({ subject, reading, playable }: Facts): string[] {
  if (playable !== 'MISPLACED' || reading === null) return [];
  const testId = subject.testId ?? reading.testId;
  const folder = testId === null ? null : testFolder(testId);
  const place =
    folder === null ? 'common/recordings of the test suite' : (placesOfTest(folder)[0] ?? 'recordings');
  return [
    `The recorder will not find it: it does not search this folder${folder === null ? '' : ' for the test'}.`,
    `Move it to ${place} or, if a run names its folder as a base, list that in .github/fixtures.yml (recorder.folders).`,
  ];
}

/** What is wrong with the file name, and what to do about it. */
function nameLines({ subject, name, hash, fitsTestId }: Facts): string[] {
  if (name === null || name.status === 'CURRENT' || name.status === 'UNKNOWN' || name.to === null) return [];
  const file = fileOf(name.to);
  if (name.status === 'RENAME') {
    return [
      `The newest recorder will not find it: ${name.reason}.`,
      `Rename it to ${file}, or run: fixtures rekey ${subject.path}`,
    ];
  }
  return [
    hash === null
      ? 'Its file name has no key, so no recorder will find it.'
      : `The key in its file name is ${hash}, which no known recorder version computes for its request, ` +
        'so no recorder will find it.',
    ...(fitsTestId === null
      ? [`Record it again or, if its request is correct, rename it to ${file}.`]
      : [
          `It fits if the test id was ${fitsTestId}.`,
          `If that test was renamed, run: fixtures rekey ${subject.path} --test-id '${fitsTestId}=${name.testId}'`,
        ]),
  ];
}

function keyOf(name: RecorderName | null): string | null {
  return name?.to == null ? null : parseRecordingName(name.to).hash;
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function foundLines({ found, stateInWords, recorder }: Facts): string[] {
  return ['', `Found in ${stateInWords}:`, ...found.map((row) => `  ${recordingLine(row, recorder)}`)];
}

function missingLines({
  nearest,
  elsewhere,
  stateInWords,
  subject,
  reading,
  hash,
  ...facts
}: Facts): string[] {
  if (hash === null) return [];
  const lines = ['', `Not found in ${stateInWords}.`];
  if (facts.foundByContent.length > 0) {
    lines.push(
      'The same request is recorded under names for which the newest recorder does not look:',
      ...facts.foundByContent.map((row) => `  ${recordingLine(row, facts.recorder)}`),
    );
  }
  for (const ref of elsewhere) {
    lines.push(
      ref.removedIn === null
        ? `It is in ${describeRef(ref)}.`
        : `It was in ${describeRef(ref)} until version ${ref.removedIn}.`,
    );
  }
  if (nearest.length > 0) {
    const isCompared = reading !== null;
    lines.push(
      '',
      isCompared ? 'Most similar recordings of the same test:' : 'Recordings of the test, for example:',
      ...(isCompared
        ? nearest.flatMap((near) => similarLines(near, facts.recorder))
        : nearest.map(({ recording }) => `  ${recordingLine(recording, facts.recorder)}`)),
    );
  } else if ((subject.testId ?? reading?.testId ?? null) !== null) {
    lines.push(`${stateInWords} has no recording of this test: record it.`);
  }
  return lines;
}

function similarLines({ recording, likeness, differences }: NearRecording, recorder: Recorder): string[] {
  return [
    `  ${Math.round(likeness * 100)}% similar: ${recordingLine(recording, recorder)}`,
    ...differences.map((difference) => `    ${difference}`),
  ];
}

function recordingLine(row: RecordingRow, recorder: Recorder): string {
  const about = [row.testId, row.model].filter((each) => each !== null).join(', ');
  const found = playable(row, recorder);
  const status = isUnplayable(found) ? ` [${describeUnplayable(found)}]` : '';
  const purged = row.purged ? ` [${describePurgeBriefly(row.purged)}, so pulls do not include it]` : '';
  return `${row.path}${about === '' ? '' : ` (${about})`}${status}${purged}`;
}
