import { shortPath, shortTest } from '../../../review/report/change-names.js';
import { visible } from '../../../review/report/escape-markdown.js';
import { shorten } from '../../../vocabulary/words.js';
import type { Markup } from './markup.js';

// Whatever a recording says is somebody else's text: it cannot turn the direction of what stands around it (`bdi`), nor
// hide characters that make one name look like another.

/** A name of a recording's making, on one line. */
export function Name({ text, most = 300 }: { text: string; most?: number }): Markup {
  return <bdi>{shorten(visible(text).replaceAll(/\s+/g, ' '), most)}</bdi>;
}

/** Words in which names and values stand between backticks, as drift tells them. */
export function Words({ text }: { text: string }): Markup {
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

/** What a person knows a recording by: its test, else its path. */
export function Subject({ testId, path }: { testId: string | null; path: string }): Markup {
  return <Name text={testId === null ? shortPath(path) : shortTest(testId)} />;
}

/** A moment, to the minute, in UTC. */
export function Moment({ at }: { at: number | Date }): Markup {
  const text = new Date(at).toISOString();
  return <time datetime={text}>{`${text.slice(0, 10)} ${text.slice(11, 16)} UTC`}</time>;
}

export function Commit({ commit }: { commit: string | null }): Markup {
  return commit === null ? (
    <span class="quiet">no commit</span>
  ) : (
    <code title={commit}>{commit.slice(0, 9)}</code>
  );
}
