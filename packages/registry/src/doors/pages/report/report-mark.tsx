import type { ReportMark } from '../../../review/report/mark.js';
import type { Markup } from '../layout/page-content.js';

const MARKS: Record<ReportMark, { tone: string; meaning: string }> = {
  '🔴': { tone: 'behaviour', meaning: 'Changed behaviour' },
  '🟡': { tone: 'content', meaning: 'Changed content' },
  '✅': { tone: 'fine', meaning: 'Nothing that a test would notice, or all accepted' },
};

/** The mark of a report or of a cause. It is drawn by the stylesheet, because not every system has emoji. */
export function MarkIcon({ mark }: { mark: ReportMark | '' }): Markup {
  if (mark === '') return <span class="mark"></span>;
  const { tone, meaning } = MARKS[mark];
  return <span role="img" class={`mark ${tone}`} aria-label={meaning} title={meaning}></span>;
}
