import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { nameCallBriefly } from './call-name.js';
import { CallView, idOfCall } from './call-view.js';
import type { Conversation, Turn } from './conversation.js';
import { describeAnswer } from './describe-answer.js';
import type { Call } from './read-call.js';
import { findSharedPrompts, type SharedPrompt } from './shared-prompt.js';

/** A list of more calls folds each of them. */
const UNFOLDED = 3;
/** A list of more calls begins with an index. */
const WITHOUT_INDEX = 5;

/** Maximum number of characters of a message, and of one after the page shows `MAXIMUM_TEXT` of all. */
const LONG = 40_000;
const SHORT = 500;
const MAXIMUM_TEXT = 1_000_000;

/**
 * The calls of one page of a cassette, each as a conversation; the first and failed ones are unfolded.
 * @param file the address of the file, for texts that are cut
 */
export function CallList({ calls, file }: { calls: Call[]; file: string }): Markup {
  const shared = findSharedPrompts(calls);
  const limits = limitsOf(
    calls.map(({ conversation }, index) => shownTurns(conversation, shared[index] ?? null)),
  );
  const isFolded = calls.length > UNFOLDED;
  return (
    <>
      {calls.length > WITHOUT_INDEX && <CallIndex calls={calls} />}
      {calls.map((call, index) => {
        const isOpen = index === 0 || call.exchange.answer.outcome === 'ERROR';
        const limit = limits[index] ?? SHORT;
        return (
          <CallView call={call} display={{ isFolded, isOpen, limit, shared: shared[index] ?? null, file }} />
        );
      })}
    </>
  );
}

/** Links to the calls of the page. The model is left out when all calls have it, or the address names it. */
function CallIndex({ calls }: { calls: Call[] }): Markup {
  const isOneModel = new Set(calls.map(({ exchange }) => exchange.model)).size === 1;
  return (
    <nav aria-label="Calls" class="call-index">
      <ol start={calls[0]?.number ?? 1}>
        {calls.map(({ number, exchange, conversation }) => {
          const { model, answer } = exchange;
          const name = nameCallBriefly(exchange) || 'Call';
          const words = describeAnswer(conversation);
          return (
            <li>
              <a href={`#${idOfCall(number)}`}>
                <InlineText text={name} limit={80} />
              </a>{' '}
              {answer.outcome === 'ERROR' && <span class="tag problem">error</span>}
              <span class="quiet">
                {!isOneModel && model !== null && !name.includes(model) && (
                  <InlineText text={model} limit={60} />
                )}{' '}
                {words?.startsWith('calls') && <CodeText text={words} />}
              </span>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function shownTurns({ prompt, answer }: Conversation, shared: SharedPrompt | null): Turn[] {
  return [...prompt.slice(shared?.turns ?? 0), ...answer];
}

/** The limit of each call: a short one after the calls before it have enough text. */
function limitsOf(calls: Turn[][]): number[] {
  let remaining = MAXIMUM_TEXT;
  return calls.map((turns) => {
    const limit = remaining > 0 ? LONG : SHORT;
    for (const { text } of turns.flatMap(({ parts }) => parts)) remaining -= Math.min(text.length, limit);
    return limit;
  });
}
