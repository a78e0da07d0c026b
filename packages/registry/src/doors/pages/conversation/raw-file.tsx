import { visible } from '../../../review/report/escape-markdown.js';
import type { Markup } from '../layout/page-content.js';
import type { RecordingContent } from './recording-content.js';

/** The file one click away: its beginning on the page, all of it as a download. Nothing where there is no file any more. */
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
          ? '. They are no text, or too many to be shown.'
          : content.text.cut > 0
            ? `; of the file, ${content.text.cut.toLocaleString('en-GB')} characters are left out below.`
            : '; below they are laid out for reading.'}
      </p>
      {content.text !== null && (
        <section tabindex={0} aria-label={title}>
          <pre>{visible(content.text.shown)}</pre>
        </section>
      )}
    </details>
  );
}
