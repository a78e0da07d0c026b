import { shortPath, shortTest } from '../../../review/report/change-names.js';
import { visible } from '../../../review/report/escape-markdown.js';
import { shorten } from '../../../vocabulary/words.js';
import type { Markup } from './page-content.js';

// Text from recordings is untrusted. `bdi` keeps it from changing the direction of the text around
// it; `visible` removes invisible characters that make one name look like another.

/** Untrusted text on one line, cut after `limit` characters. */
export function InlineText({ text, limit = 300 }: { text: string; limit?: number }): Markup {
  return <bdi>{shorten(visible(text).replaceAll(/\s+/g, ' '), limit)}</bdi>;
}

/** A sentence of a drift report, with names and values in backticks rendered as code. */
export function CodeText({ text }: { text: string }): Markup {
  return (
    <>
      {text.split('`').map((part, index) =>
        index % 2 === 1 ? (
          <code>
            <bdi>{visible(part)}</bdi>
          </code>
        ) : (
          visible(part)
        ),
      )}
    </>
  );
}

/** The short name of a recording: its test, or its path when it has no test id. */
export function RecordingTitle({ testId, path }: { testId: string | null; path: string }): Markup {
  return <NameText text={testId === null ? shortPath(path) : shortTest(testId)} />;
}

/** An untrusted name on one line, which may wrap after punctuation rather than within a word. */
export function NameText({ text, limit = 300 }: { text: string; limit?: number }): Markup {
  const shown = shorten(visible(text).replaceAll(/\s+/g, ' '), limit);
  return (
    <bdi>
      {shown.split(/(?<=[_/[=-])(?=\w)|(?<=::)/).map((piece, index) => (
        <>
          {index > 0 && <wbr />}
          {piece}
        </>
      ))}
    </bdi>
  );
}

/** A date and time in UTC, to the minute. */
export function Timestamp({ at }: { at: number | Date }): Markup {
  const text = new Date(at).toISOString();
  return <time datetime={text}>{`${text.slice(0, 10)} ${text.slice(11, 16)} UTC`}</time>;
}

/** A day in UTC. */
export function Day({ at }: { at: number }): Markup {
  const text = new Date(at).toISOString();
  return <time datetime={text}>{text.slice(0, 10)}</time>;
}

export function CommitId({ commit }: { commit: string | null }): Markup {
  return commit === null ? (
    <span class="quiet">no commit</span>
  ) : (
    <code title={commit}>{commit.slice(0, 9)}</code>
  );
}
