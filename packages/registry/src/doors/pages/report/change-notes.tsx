import type { DriftChange } from '../../../review/differences/drift.js';
import { describeFailure } from '../../../review/failures/describe-failure.js';
import type { Failure } from '../../../vocabulary/failure.js';
import { describePlayable } from '../browse/describe-playable.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';

/** Maximum number of recordings or tests that a note lists. */
const MAXIMUM_LISTED = 20;

/** The addresses of other pages that notes link to. */
export interface NoteLinks {
  /** A recording of the head. */
  toRecording: (path: string) => string;
  /** The recordings of a test at the head. */
  toTest: (testId: string) => string;
}

/** What a reviewer must know about a change before reading it: failures, and what it breaks elsewhere. */
export function ChangeNotes({ change, links }: { change: DriftChange; links: NoteLinks }): Markup {
  const { failure, failedBefore, leftoverBeside, brokenFollowUps, sharedWith } = change;
  return (
    <>
      {failure !== null && <FailureNote failure={failure} failedBefore={failedBefore} />}
      {leftoverBeside !== null && (
        <p class="problem">
          The recording is possibly a leftover of a failed attempt: the test has a good recording of the same
          request, <PathLink path={leftoverBeside} links={links} />.
        </p>
      )}
      <Unplayable change={change} />
      {brokenFollowUps.length > 0 && (
        <div class="problem">
          {`${brokenFollowUps.length === 1 ? 'The follow-up call' : `${number(brokenFollowUps.length)} follow-up calls`} will not be found, because the recorded request quotes a value that this change replaces:`}
          <List items={brokenFollowUps} itemOf={(path) => <PathLink path={path} links={links} />} />
        </div>
      )}
      {sharedWith.length > 0 && (
        <div class="problem">
          {`The change overwrites a recording that ${sharedWith.length === 1 ? 'another test plays' : `${number(sharedWith.length)} other tests play`} too:`}
          <List
            items={sharedWith}
            itemOf={(testId) => (
              <a href={links.toTest(testId)}>
                <InlineText text={testId} limit={1_000} />
              </a>
            )}
          />
        </div>
      )}
    </>
  );
}

/** What is wrong with the response. */
export function FailureNote({ failure, failedBefore }: { failure: Failure; failedBefore: boolean }): Markup {
  return (
    <p class="problem">
      <CodeText text={sentenceOf(failure)} />
      {failedBefore && ' The older recording failed in the same way.'}
    </p>
  );
}

function Unplayable({ change }: { change: DriftChange }): Markup | null {
  if (!change.unplayable || change.after === null) return null;
  return (
    <p class="problem">
      {`The recorder will not find this recording (${describePlayable(change.after.playable).whole}).`}
    </p>
  );
}

function sentenceOf(failure: Failure): string {
  const words = describeFailure(failure);
  const isAboutTool = failure.kind === 'TOOL_ERROR';
  return `${isAboutTool ? `${words[0]?.toUpperCase()}${words.slice(1)}` : `The response ${words}`}.`;
}

function PathLink({ path, links }: { path: string; links: NoteLinks }): Markup {
  return (
    <a href={links.toRecording(path)}>
      <InlineText text={path} limit={1_024} />
    </a>
  );
}

function List({ items, itemOf }: { items: string[]; itemOf: (item: string) => Markup }): Markup {
  const more = items.length - MAXIMUM_LISTED;
  return (
    <ul>
      {items.slice(0, MAXIMUM_LISTED).map((item) => (
        <li>{itemOf(item)}</li>
      ))}
      {more > 0 && <li class="quiet">{`and ${number(more)} more`}</li>}
    </ul>
  );
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
