import { isCassetteFormat } from '../../../recordings/formats/known-formats.js';
import { playable } from '../../../recordings/playable/playable.js';
import type { Recorder } from '../../../recordings/playable/recorder.js';
import type { CallSummary } from '../../../store/contents/call-summary-store.js';
import { describePurgeBriefly } from '../../../store/purged/purge.js';
import type { RecordingOrder } from '../../../store/snapshots/recording-order-store.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import type { PathUse } from '../../../store/uses/last-use-store.js';
import type { Playable } from '../../../vocabulary/recording.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { FileSize } from '../layout/file-size.js';
import { InlineText, NameText, RecordingTitle, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { describeOutcome } from './describe-outcome.js';
import { describePlayable, MATCHED_BY_TEST } from './describe-playable.js';
import { LastUse } from './last-use.js';
import { describeNames } from './load-calls.js';

/** Maximum number of characters of an endpoint: a long one would widen its column. */
const ENDPOINT = 48;

/** Recordings, each linked to its page. */
export function RecordingTable(props: {
  repository: Repository;
  rows: RecordingRow[];
  /** What the calls of cassettes say, by digest. */
  calls: ReadonlyMap<string, CallSummary>;
  /** The last uses, by path. */
  uses: ReadonlyMap<string, PathUse>;
  /** The recorder that `Playable` is about. */
  recorder: Recorder;
  at: string | null;
  /** Whether each row begins with its test; otherwise with its path. */
  namesTest: boolean;
  /** The order of the list, for its columns. */
  sorted?: (column: RecordingOrder) => 'ascending' | 'descending' | undefined;
}): Markup {
  const { repository, at, sorted } = props;
  return (
    <table class="recordings">
      <thead>
        <tr>
          <th scope="col" aria-sort={sorted?.('PATH')}>
            Recording
          </th>
          <th scope="col">Model and endpoint</th>
          <th scope="col">Outcome</th>
          <th scope="col">Playable</th>
          <th scope="col" aria-sort={sorted?.('SIZE')}>
            Size
          </th>
          <th scope="col" aria-sort={sorted?.('RECORDED_AT')}>
            Recorded
          </th>
          <th scope="col" aria-sort={sorted?.('LAST_USED_AT')}>
            Last used
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => {
          const { path } = row;
          const calls = props.calls.get(row.digest);
          const { model, endpoint } = namesOf(row, calls);
          const testId = props.namesTest ? row.testId : null;
          const fold = props.namesTest ? 0 : path.lastIndexOf('/') + 1;
          return (
            <tr>
              <th scope="row">
                <a href={pageLink(repository, 'recording', { path, at })}>
                  <RecordingTitle testId={testId} path={path.slice(fold)} />
                </a>
                {(testId !== null || fold > 0) && (
                  <div class="quiet small">
                    <PathText row={row} text={testId === null ? path.slice(0, fold) : path} />
                  </div>
                )}
                {row.purged !== null && (
                  <div class="quiet small">content {describePurgeBriefly(row.purged)}</div>
                )}
              </th>
              <td data-label="Model and endpoint">
                <InlineText text={model ?? '–'} />
                {endpoint !== null && (
                  <div class="quiet small endpoint">
                    <InlineText text={endpoint} limit={calls === undefined ? ENDPOINT : 300} />
                  </div>
                )}
              </td>
              <td data-label="Outcome">
                <span class={row.outcome === 'ERROR' ? 'tag problem' : undefined}>
                  {calls === undefined ? describeOutcome(row) : describeCalls(row, calls)}
                </span>
              </td>
              <td data-label="Playable">
                {isCassetteFormat(row.format) ? (
                  <span title={MATCHED_BY_TEST.whole}>{MATCHED_BY_TEST.brief}</span>
                ) : (
                  <PlayableStatus value={playable(row, props.recorder)} />
                )}
              </td>
              <td data-label="Size">
                <FileSize bytes={row.size} />
              </td>
              <td data-label="Recorded">
                <Timestamp at={row.recordedAt} />
              </td>
              <td data-label="Last used">
                <LastUse use={props.uses.get(path)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function namesOf({ model, endpoint }: RecordingRow, calls: CallSummary | undefined) {
  if (calls === undefined) return { model, endpoint };
  return {
    model: describeNames(calls.models, calls.modelCount, 100),
    endpoint: describeNames(calls.endpoints, calls.endpointCount, ENDPOINT),
  };
}

/** "5 calls", or "2 of 5 calls failed"; as for another recording when there is only one call. */
function describeCalls(row: RecordingRow, { calls, failed }: CallSummary): string {
  if (calls === 1) return describeOutcome(row);
  return failed === 0
    ? count(calls, 'call')
    : `${failed.toLocaleString('en-GB')} of ${count(calls, 'call')} failed`;
}

/** A path. The names of cassettes are words, which wrap between them; a hash wraps anywhere. */
function PathText({ row, text }: { row: RecordingRow; text: string }): Markup {
  return isCassetteFormat(row.format) ? <NameText text={text} /> : <InlineText text={text} />;
}

function PlayableStatus({ value }: { value: Playable }): Markup {
  const { brief, whole } = describePlayable(value);
  return (
    <span class={`status ${value.toLowerCase()}`} title={whole}>
      {brief}
    </span>
  );
}
