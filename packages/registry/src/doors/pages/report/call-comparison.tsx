import { rank } from '../../../vocabulary/level.js';
import { CallAbout, CallTitle } from '../conversation/call-heading.js';
import { CallBody, idOfCall } from '../conversation/call-view.js';
import type { TextMarker } from '../conversation/mark-texts.js';
import { readCall } from '../conversation/read-call.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { type CallChange, describeHeaders } from './arrange-calls.js';
import { ConversationComparison } from './change-contents.js';
import { FailureNote } from './change-notes.js';
import { LEVEL_LABELS } from './drift-labels.js';
import { Reasons } from './reasons.js';

/** Maximum number of characters of each message of a call that only one side has. */
const SHOWN = 20_000;

/** A call that differs: both sides next to each other, or the only side, in a fold. */
export function CallComparison(props: {
  call: CallChange;
  isOpen: boolean;
  /** The address of the call on the page of its recording. */
  href: string;
  /** The address of the file that has it. */
  file: string;
  markTexts: TextMarker;
}): Markup | null {
  const { change } = props.call;
  const shown = change.after ?? change.before;
  if (shown === null) return null;
  const { model, status, isStreaming, position } = shown;
  const isError = shown.outcome === 'ERROR';
  return (
    <details class="cassette-call" open={props.isOpen}>
      <summary>
        <h2>
          <CallTitle call={shown} isNumbered={change.after !== null} />
        </h2>{' '}
        <CallLevel call={change} />
        <CallAbout model={model} status={status} isStreaming={isStreaming} isError={isError} />
        <span class="call-change">
          <CodeText text={change.words} />
        </span>
      </summary>
      <div class="call-body" id={`${change.after === null ? 'removed-' : ''}${idOfCall(position + 1)}`}>
        {change.failure !== null && (
          <FailureNote failure={change.failure} failedBefore={change.failedBefore} />
        )}
        <Reasons change={change} />
        <CallContents call={props.call} file={props.file} markTexts={props.markTexts} />
        <p>
          <a href={props.href}>Show this call in the recording</a>
        </p>
      </div>
    </details>
  );
}

/** The level of a call that differs, with its kind unless it is the same call with a difference. */
export function CallLevel({ call }: { call: CallChange['change'] }): Markup {
  const label = describeKind(call);
  return (
    <>
      <span class={`level ${call.level.toLowerCase()}`}>{LEVEL_LABELS[call.level]}</span>
      {label !== null && <span class="tag">{label}</span>}
    </>
  );
}

/** The numbers of a report are those of the newer file, which lacks a removed call. */
function describeKind({ kind, before }: CallChange['change']): string | null {
  switch (kind) {
    case 'ADDED':
      return 'new call';
    case 'REMOVED':
      return `removed, call ${number((before?.position ?? 0) + 1)} before`;
    case 'MOVED':
      return `moved, call ${number((before?.position ?? 0) + 1)} before`;
    case 'CHANGED':
      return null;
  }
}

/** Whether a reviewer wants to see the call at once. */
export function isWorthReading({ change }: CallChange): boolean {
  return rank(change.level) >= rank('CONTENT') || change.failure !== null;
}

function CallContents(props: { call: CallChange; file: string; markTexts: TextMarker }): Markup {
  const { call, file, markTexts } = props;
  const { change, before, after } = call;
  const only = before === null ? after : after === null ? before : null;
  if (only !== null) {
    const display = { isFolded: false, isOpen: true, limit: SHOWN, shared: null, file };
    return <CallBody call={readCall(only)} display={display} />;
  }
  if (before === null || after === null) return <p class="problem">The content of this call is not here.</p>;
  const headers = describeHeaders(call);
  return (
    <>
      {change.before !== null && change.before.position !== change.after?.position && (
        <p class="quiet">{`Call ${number(change.before.position + 1)} before.`}</p>
      )}
      {before.url !== after.url && (
        <p>
          URL: <InlineText text={before.url} /> → <InlineText text={after.url} />
        </p>
      )}
      <ConversationComparison
        before={readCall(before).conversation}
        after={readCall(after).conversation}
        problems={[]}
        requestWords={change.requestChange?.words ?? []}
        headings={{ response: <h3>Response</h3>, request: <h3>Request</h3> }}
        markTexts={markTexts}
        foldsSameResponse={true}
      />
      {headers !== null && (
        <p class="quiet">
          Response headers that differ: <InlineText text={headers} />
        </p>
      )}
    </>
  );
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
