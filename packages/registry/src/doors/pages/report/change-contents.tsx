import { FactComparison, FactList } from '../conversation/compare-facts.js';
import type { RecordingContent } from '../conversation/content-of.js';
import type { Conversation, Turn } from '../conversation/conversation.js';
import { makeTextMarker, type TextMarker } from '../conversation/mark-texts.js';
import { sideBySide } from '../conversation/side-by-side.js';
import { Sides, Turns } from '../conversation/turns.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';

/** A prompt of at most this many characters is not folded. */
const SHORT = 600;
const MAXIMUM_DIFFERENCES = 20;

/**
 * The response and the request of a change: equal parts once, different parts side by side.
 * @param requestWords how the requests differ, for differences that their conversation does not show
 */
export function ContentComparison(props: {
  before: RecordingContent | null;
  after: RecordingContent | null;
  requestWords: string[];
}): Markup {
  const { before, after, requestWords } = props;
  if (!before || !after || before.isPurged || after.isPurged) {
    return <OneSide sides={[before, after].filter((side) => side !== null)} />;
  }
  return (
    <ConversationComparison
      before={before.conversation}
      after={after.conversation}
      problems={[before.problem, after.problem].filter((problem) => problem !== null)}
      requestWords={requestWords}
      headings={{ response: <h2>Response</h2>, request: <h2>Request</h2> }}
      markTexts={null}
      foldsSameResponse={false}
    />
  );
}

/**
 * Two conversations side by side.
 * @param problems why a side is not complete
 * @param foldsSameResponse whether a long response that is the same on both sides is folded
 * @param markTexts shared by several comparisons of one page; null: each list of texts has its own
 */
export function ConversationComparison(props: {
  before: Conversation;
  after: Conversation;
  problems: string[];
  requestWords: string[];
  headings: { response: Markup; request: Markup };
  markTexts: TextMarker | null;
  foldsSameResponse: boolean;
}): Markup {
  const { before: a, after: b, headings } = props;
  const marker = () => props.markTexts ?? makeTextMarker();
  const answers = sideBySide(a.answer, b.answer, marker());
  const prompts = sideBySide(a.prompt, b.prompt, marker());
  const isSameAnswer = answers.every(({ isSame }) => isSame);
  const isSamePrompt = prompts.every(({ isSame }) => isSame);
  const showsWords = isSamePrompt && JSON.stringify(a.settings) === JSON.stringify(b.settings);
  return (
    <>
      {headings.response}
      {props.problems.map((problem) => (
        <p class="problem">{problem}</p>
      ))}
      {!isSameAnswer ? (
        <Sides rows={answers} />
      ) : props.foldsSameResponse && !isShort(b.answer) ? (
        <details>
          <summary>The same on both sides, as far as this page shows it</summary>
          <Turns turns={b.answer} />
        </details>
      ) : (
        <>
          <p>The same on both sides, as far as this page shows it.</p>
          <Turns turns={b.answer} />
        </>
      )}
      <FactComparison before={a.outcome} after={b.outcome} markTexts={marker()} />
      {headings.request}
      {showsWords && <RequestWords words={props.requestWords} />}
      {isSamePrompt ? (
        <details open={isShort(b.prompt)}>
          <summary>Prompt (the same on both sides)</summary>
          <Turns turns={b.prompt} />
        </details>
      ) : (
        <Sides rows={prompts} />
      )}
      <FactComparison before={a.settings} after={b.settings} markTexts={marker()} />
    </>
  );
}

/** The content of the only recording that can be shown, after notices about purged ones. */
function OneSide({ sides }: { sides: RecordingContent[] }): Markup {
  const only = sides.find(({ isPurged }) => !isPurged);
  return (
    <>
      <Purges sides={sides} />
      {only !== undefined && (
        <>
          <h2>{only.problem === null ? 'Response' : 'Content'}</h2>
          {only.problem !== null && <p class="problem">{only.problem}</p>}
          <Turns turns={only.conversation.answer} />
          <FactList facts={only.conversation.outcome} />
          {only.conversation.prompt.length > 0 && <h2>Request</h2>}
          <Turns turns={only.conversation.prompt} />
          <FactList facts={only.conversation.settings} />
        </>
      )}
    </>
  );
}

/** Notices about purged contents, each once. */
export function Purges({ sides }: { sides: RecordingContent[] }): Markup {
  const purges = new Set(sides.filter(({ isPurged }) => isPurged).map(({ problem }) => problem ?? ''));
  return (
    <>
      {[...purges].map((problem) => (
        <p class="problem">
          <InlineText text={problem} limit={1_000} />
        </p>
      ))}
    </>
  );
}

function RequestWords({ words }: { words: string[] }): Markup | null {
  if (words.length === 0) return null;
  return (
    <ul>
      {words.slice(0, MAXIMUM_DIFFERENCES).map((difference) => (
        <li>
          <CodeText text={difference} />
        </li>
      ))}
    </ul>
  );
}

function isShort(turns: Turn[]): boolean {
  const lengths = turns.flatMap(({ parts }) => parts.map(({ text }) => text.length));
  return lengths.reduce((sum, length) => sum + length, 0) <= SHORT;
}
