import { visible } from '../../../review/report/escape-markdown.js';
import type { Markup } from '../layout/page-content.js';
import type { RecordingContent } from './content-of.js';

/** A fold with the beginning of the file and a link to download all of it. Nothing for a purged recording. */
export function RawFile({
  content,
  href,
  title,
}: {
  content: RecordingContent;
  href: string;
  title: string;
}): Markup | null {
  if (content.isPurged) return null;
  return (
    <details class="raw">
      <summary>{title}</summary>
      <p>
        <a href={href} download>
          Download the exact bytes
        </a>
        {content.text === null
          ? '. The file is not text, or is too large to show.'
          : content.text.cut > 0
            ? `. The text below leaves out the last ${content.text.cut.toLocaleString('en-GB')} characters.`
            : '. The text below is formatted for reading.'}
      </p>
      {content.text !== null && (
        <section tabindex={0} aria-label={title}>
          <pre>{visible(content.text.shown)}</pre>
        </section>
      )}
    </details>
  );
}
