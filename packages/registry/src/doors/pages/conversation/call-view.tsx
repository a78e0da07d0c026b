import { Facts } from '../layout/facts.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { CallAbout, CallTitle } from './call-heading.js';
import { isNameShorter } from './call-name.js';
import { FactList } from './compare-facts.js';
import type { Turn } from './conversation.js';
import { describeAnswer } from './describe-answer.js';
import type { Call } from './read-call.js';
import type { SharedPrompt } from './shared-prompt.js';
import { Turns } from './turns.js';

/** Maximum number of messages of a prompt, or of a response, that a page shows. */
const MAXIMUM_TURNS = 200;

/** How a list of calls shows one of them. */
export interface CallDisplay {
  isFolded: boolean;
  isOpen: boolean;
  /** Maximum number of characters of each message. */
  limit: number;
  /** The start of the prompt that an earlier call on the page shows. */
  shared: SharedPrompt | null;
  /** The address of the file, for texts that are cut. */
  file: string;
}

/** The element of a call, for links to it. */
export const idOfCall = (number: number) => `call-${number}`;

/** A call with its request and its response, below a heading or in a fold. */
export function CallView({ call, display }: { call: Call; display: CallDisplay }): Markup {
  const { exchange, number, conversation } = call;
  const { model, answer } = exchange;
  const isError = answer.outcome === 'ERROR';
  const words = describeAnswer(conversation);
  const about = (
    <CallAbout model={model} status={answer.status} isStreaming={answer.isStreaming} isError={isError} />
  );
  const title = (
    <h2>
      <CallTitle call={exchange} />
    </h2>
  );
  if (!display.isFolded) {
    return (
      <section class="cassette-call" id={idOfCall(number)}>
        {title} {about}
        <CallBody call={call} display={display} />
      </section>
    );
  }
  return (
    <details class="cassette-call" open={display.isOpen}>
      <summary>
        {title} {about}
        {words !== null && (
          <span class="call-words">
            <CodeText text={words} />
          </span>
        )}
      </summary>
      {/* A browser opens a fold for a link to an element in it, not for a link to the fold. */}
      <div class="call-body" id={idOfCall(number)}>
        <CallBody call={call} display={display} />
      </div>
    </details>
  );
}

/** The request and the response of a call. */
export function CallBody({ call, display }: { call: Call; display: CallDisplay }): Markup {
  const { exchange, conversation } = call;
  const { prompt, settings, answer, outcome } = conversation;
  const { limit } = display;
  const equal = display.shared?.turns ?? 0;
  return (
    <>
      {isNameShorter(exchange) && exchange.url !== '' && (
        <Facts facts={[['URL', <InlineText text={exchange.url} limit={2_000} />]]} />
      )}
      {display.shared !== null && <SharedTurns shared={display.shared} of={prompt.length} />}
      <BoundedTurns turns={prompt.slice(equal)} limit={limit} />
      {settings.length > 0 && (
        <details>
          <summary>Request settings</summary>
          <FactList facts={settings} />
        </details>
      )}
      <BoundedTurns turns={answer} limit={limit} />
      {answer.length === 0 && <p class="quiet">The response is empty.</p>}
      {isCut([...prompt.slice(equal), ...answer], limit) && (
        <p class="quiet">
          Long texts are cut.{' '}
          <a href={display.file} download>
            Download the whole file
          </a>
        </p>
      )}
      <FactList facts={outcome.filter(({ name }) => name !== 'HTTP status')} />
    </>
  );
}

function isCut(turns: Turn[], limit: number): boolean {
  return (
    turns.length > MAXIMUM_TURNS || turns.some(({ parts }) => parts.some(({ text }) => text.length > limit))
  );
}

function SharedTurns({ shared, of }: { shared: SharedPrompt; of: number }): Markup {
  const { call, turns } = shared;
  const some = turns === 1 ? 'The first message is in' : `The first ${number(turns)} messages are in`;
  return (
    <p class="quiet">
      {turns === of ? 'The prompt is the same as in' : some}{' '}
      <a href={`#${idOfCall(call)}`}>{`call ${number(call)}`}</a>.
    </p>
  );
}

function BoundedTurns({ turns, limit }: { turns: Turn[]; limit: number }): Markup {
  const more = turns.length - MAXIMUM_TURNS;
  return (
    <>
      <Turns turns={turns.slice(0, MAXIMUM_TURNS)} limit={limit} />
      {more > 0 && <p class="quiet">{`… and ${number(more)} more messages in the file.`}</p>}
    </>
  );
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
