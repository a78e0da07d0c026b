import { FactComparison, Value } from '../conversation/compare-facts.js';
import type { Fact, Turn } from '../conversation/conversation.js';
import type { RecordingContent } from '../conversation/recording-content.js';
import { sideBySide } from '../conversation/side-by-side.js';
import { Sides, Turns } from '../conversation/turns.js';
import { Facts } from '../layout/facts.js';
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
  const { before, after } = props;
  if (!before || !after || before.isPurged || after.isPurged) {
    return <OneSide sides={[before, after].filter((side) => side !== null)} />;
  }
  const [a, b] = [before.conversation, after.conversation];
  const answers = sideBySide(a.answer, b.answer);
  const prompts = sideBySide(a.prompt, b.prompt);
  const isSamePrompt = prompts.every(({ isSame }) => isSame);
  const showsWords = isSamePrompt && JSON.stringify(a.settings) === JSON.stringify(b.settings);
  return (
    <>
      <h2>Response</h2>
      {[before, after].map(({ problem }) => problem !== null && <p class="problem">{problem}</p>)}
      {answers.every(({ isSame }) => isSame) ? (
        <>
          <p>The same on both sides, as far as this page shows it.</p>
          <Turns turns={b.answer} />
        </>
      ) : (
        <Sides rows={answers} />
      )}
      <FactComparison before={a.outcome} after={b.outcome} />
      <h2>Request</h2>
      {showsWords && <RequestWords words={props.requestWords} />}
      {isSamePrompt ? (
        <details open={isShort(b.prompt)}>
          <summary>Prompt (the same on both sides)</summary>
          <Turns turns={b.prompt} />
        </details>
      ) : (
        <Sides rows={prompts} />
      )}
      <FactComparison before={a.settings} after={b.settings} />
    </>
  );
}

/** The content of the only recording that can be shown, after notices about purged ones. */
function OneSide({ sides }: { sides: RecordingContent[] }): Markup {
  const purges = new Set(sides.filter(({ isPurged }) => isPurged).map(({ problem }) => problem ?? ''));
  const only = sides.find(({ isPurged }) => !isPurged);
  return (
    <>
      {[...purges].map((problem) => (
        <p class="problem">
          <InlineText text={problem} limit={1_000} />
        </p>
      ))}
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

function FactList({ facts }: { facts: Fact[] }): Markup | null {
  if (facts.length === 0) return null;
  return <Facts facts={facts.map(({ name, value }) => [name, <Value text={value} />])} />;
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
