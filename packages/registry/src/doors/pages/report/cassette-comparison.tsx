import type { DriftChange, ExchangeChange } from '../../../review/differences/drift.js';
import { encodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { CALLS_OF_PAGE, pageOfCall } from '../browse/cassette-calls.js';
import { CallTitle } from '../conversation/call-heading.js';
import { CallList } from '../conversation/call-list.js';
import { idOfCall } from '../conversation/call-view.js';
import { makeTextMarker } from '../conversation/mark-texts.js';
import { readCall } from '../conversation/read-call.js';
import { sideBySide } from '../conversation/side-by-side.js';
import { Sides, Turns } from '../conversation/turns.js';
import { CodeText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { arrangeCalls, countCalls } from './arrange-calls.js';
import { CallComparison, CallLevel, isWorthReading } from './call-comparison.js';
import { Purges } from './change-contents.js';
import type { ChangeSide } from './load-change.js';

/** Calls that are shown with their contents; the rest is listed. */
const MOST_SHOWN = 20;
/** Of these, so many are unfolded. */
const MOST_OPEN = 5;
/** Calls of a list; the rest is counted. */
const MOST_LISTED = 100;

/** The calls of a cassette that differ, the most important ones first, and the other ones in a fold. */
export function CassetteComparison(props: {
  repository: Repository;
  change: DriftChange;
  before: ChangeSide;
  after: ChangeSide;
}): Markup {
  const { change, before, after } = props;
  const linkTo = (side: ChangeSide, position: number) => linkToCall(props.repository, side, position);
  const [older, newer] = [before.content, after.content];
  if (older?.exchanges == null || newer?.exchanges == null) {
    return <OneSide repository={props.repository} sides={[after, before]} linkTo={linkTo} />;
  }
  if (older.exchanges.length === 0 && newer.exchanges.length === 0) {
    return <Sides rows={sideBySide(older.conversation.answer, newer.conversation.answer)} />;
  }
  const counted = countCalls(change);
  const { changed, moved, same } = arrangeCalls(change.exchanges, older.exchanges, newer.exchanges);
  const markTexts = makeTextMarker();
  const hrefOf = ({ after: to, before: from }: ExchangeChange) =>
    to !== null ? linkTo(after, to.position) : linkTo(before, from?.position ?? 0);
  const rest = changed.slice(MOST_SHOWN).map((call) => call.change);
  return (
    <>
      {change.exchanges.length === 0 && <p>{describeEqualCalls(before, after)}</p>}
      {counted !== null && <p>{`${counted}.`}</p>}
      {changed.slice(0, MOST_SHOWN).map((call, index) => (
        <CallComparison
          call={call}
          isOpen={index < MOST_OPEN && (index === 0 || isWorthReading(call))}
          href={hrefOf(call.change)}
          file={fileOf(props.repository, call.after === null ? before : after)}
          markTexts={markTexts}
        />
      ))}
      {rest.length > 0 && <p>{`${count(rest.length, 'more call')} that differ:`}</p>}
      <ChangeLines changes={rest} hrefOf={hrefOf} />
      <ChangeLines changes={moved} hrefOf={hrefOf} />
      <SameCalls calls={same} hrefOf={({ position }) => linkTo(after, position)} />
    </>
  );
}

function describeEqualCalls(before: ChangeSide, after: ChangeSide): string {
  return before.row?.digest === after.row?.digest
    ? 'No call differs: both files are the same.'
    : 'No call differs. The files differ in what a test does not see, such as formatting or order.';
}

function ChangeLines(props: { changes: ExchangeChange[]; hrefOf: (change: ExchangeChange) => string }) {
  const { changes, hrefOf } = props;
  if (changes.length === 0) return null;
  return (
    <ul class="plain">
      {changes.slice(0, MOST_LISTED).map((change) => (
        <li>
          <CallLevel call={change} />{' '}
          <a href={hrefOf(change)}>
            <CallTitle
              call={change.after ?? (change.before as NonNullable<typeof change.before>)}
              isNumbered={change.after !== null}
            />
          </a>{' '}
          <CodeText text={change.words} />
        </li>
      ))}
      <More of={changes.length} />
    </ul>
  );
}

function SameCalls(props: { calls: Exchange[]; hrefOf: (call: Exchange) => string }): Markup | null {
  const { calls, hrefOf } = props;
  if (calls.length === 0) return null;
  return (
    <details class="same">
      <summary>
        {calls.length === 1 ? '1 call is the same' : `${number(calls.length)} calls are the same`}
      </summary>
      <ul class="plain">
        {calls.slice(0, MOST_LISTED).map((call) => (
          <li>
            <a href={hrefOf(call)}>
              <CallTitle call={call} />
            </a>
          </li>
        ))}
        <More of={calls.length} />
      </ul>
    </details>
  );
}

function More({ of }: { of: number }): Markup | null {
  return of > MOST_LISTED ? <li class="quiet">{`and ${number(of - MOST_LISTED)} more`}</li> : null;
}

/** The content of the only side that can be shown, after notices about the other one. */
function OneSide(props: {
  repository: Repository;
  sides: ChangeSide[];
  linkTo: (side: ChangeSide, position: number) => string;
}): Markup {
  const contents = props.sides.flatMap(({ content }) => content ?? []);
  const side = props.sides.find(({ content }) => content?.exchanges != null);
  const exchanges = side?.content?.exchanges ?? [];
  const more = exchanges.length - CALLS_OF_PAGE;
  return (
    <>
      <Purges sides={contents} />
      {contents.map(
        ({ problem, isPurged }) => problem !== null && !isPurged && <p class="problem">{problem}</p>,
      )}
      {side !== undefined && exchanges.length === 0 && (
        <>
          <p>The registry finds no HTTP call in this file.</p>
          <Turns turns={side.content?.conversation.answer ?? []} />
        </>
      )}
      {side !== undefined && (
        <CallList
          calls={exchanges.slice(0, CALLS_OF_PAGE).map(readCall)}
          file={fileOf(props.repository, side)}
        />
      )}
      {side !== undefined && more > 0 && (
        <p>
          <a href={props.linkTo(side, CALLS_OF_PAGE)}>{`${count(more, 'more call')} in the recording`}</a>
        </p>
      )}
    </>
  );
}

/** The address of a call on the page of its recording. */
function linkToCall(repository: Repository, { row, snapshot }: ChangeSide, position: number): string {
  const at = encodeSnapshotKey(snapshot);
  const page = pageLink(repository, 'recording', { path: row?.path ?? null, at, page: pageOfCall(position) });
  return `${page}#${idOfCall(position + 1)}`;
}

/** The address of the file of a side. */
function fileOf(repository: Repository, { row, snapshot }: ChangeSide): string {
  return pageLink(repository, 'recording/file', { path: row?.path ?? null, at: encodeSnapshotKey(snapshot) });
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
