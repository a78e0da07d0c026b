import { FactComparison } from '../conversation/compare-facts.js';
import type { Turn } from '../conversation/conversation.js';
import type { RecordingContent } from '../conversation/recording-content.js';
import { sideBySide } from '../conversation/side-by-side.js';
import { Sides, Turns } from '../conversation/turns.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';

/** A prompt of at most this many characters is not folded. */
const SHORT = 600;

function isShort(turns: Turn[]): boolean {
  const lengths = turns.flatMap(({ parts }) => parts.map(({ text }) => text.length));
  return lengths.reduce((sum, length) => sum + length, 0) <= SHORT;
}

/** The response and the request of a change: equal parts once, different parts side by side. */
export function ContentComparison({
  before,
  after,
}: {
  before: RecordingContent | null;
  after: RecordingContent | null;
}): Markup {
  if (!before || !after || before.isPurged || after.isPurged) {
    const sides = [before, after].filter((side) => side !== null);
    const purges = new Set(sides.filter(({ isPurged }) => isPurged).map(({ problem }) => problem ?? ''));
    const only = sides.find(({ isPurged }) => !isPurged);
    const notices = [...purges].map((problem) => (
      <p class="problem">
        <InlineText text={problem} limit={1_000} />
      </p>
    ));
    if (!only) return <>{notices}</>;
    return (
      <>
        {notices}
        {only.conversation.prompt.length > 0 && <h2>Prompt</h2>}
        <Turns turns={only.conversation.prompt} />
        <h2>{only.problem === null ? 'Response' : 'Content'}</h2>
        {only.problem !== null && <p class="problem">{only.problem}</p>}
        <Turns turns={only.conversation.answer} />
      </>
    );
  }
  const [a, b] = [before.conversation, after.conversation];
  const answers = sideBySide(a.answer, b.answer);
  const prompts = sideBySide(a.prompt, b.prompt);
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
      {prompts.every(({ isSame }) => isSame) ? (
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
