import type { Exchange } from '../../../vocabulary/recording.js';
import { CallList } from '../conversation/call-list.js';
import type { RecordingContent } from '../conversation/content-of.js';
import { readCall } from '../conversation/read-call.js';
import { Turns } from '../conversation/turns.js';
import type { Markup } from '../layout/page-content.js';
import { Pager } from '../layout/pager.js';
import { pageNumbers } from './page-numbers.js';

/** Calls of a page. */
export const CALLS_OF_PAGE = 50;

/** The number of the page that shows a call; null for the first one, which the address leaves out. */
export function pageOfCall(position: number): number | null {
  const page = Math.floor(position / CALLS_OF_PAGE) + 1;
  return page === 1 ? null : page;
}

/** One page of the calls of a cassette. Without calls, the text of the file. */
export function CassetteCalls(props: {
  content: RecordingContent;
  exchanges: Exchange[];
  /** The requested page. */
  page: string | null;
  linkToPage: (page: number) => string;
  /** The address of the file. */
  file: string;
}): Markup {
  const { content, exchanges, linkToPage } = props;
  if (exchanges.length === 0) {
    return (
      <>
        <p>The registry finds no HTTP call in this file.</p>
        <Turns turns={content.conversation.answer} />
      </>
    );
  }
  const { page, previous, next } = pageNumbers(props.page, exchanges.length, CALLS_OF_PAGE);
  const first = (page - 1) * CALLS_OF_PAGE;
  const shown = exchanges.slice(first, first + CALLS_OF_PAGE);
  const pager = (
    <Pager
      previous={previous === null ? null : linkToPage(previous)}
      next={next === null ? null : linkToPage(next)}
    />
  );
  const last = first + shown.length;
  const isWhole = shown.length === exchanges.length;
  return (
    <>
      {!isWhole && <p>{`Calls ${number(first + 1)} to ${number(last)} of ${number(exchanges.length)}`}</p>}
      {pager}
      <CallList calls={shown.map(readCall)} file={props.file} />
      {pager}
    </>
  );
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
