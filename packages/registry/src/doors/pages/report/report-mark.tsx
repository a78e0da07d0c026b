import type { ReportMark } from '../../../review/report/causes/mark.js';
import type { DriftLevel } from '../../../vocabulary/level.js';
import type { Markup } from '../layout/page-content.js';
import { VerdictMark } from '../layout/verdict-mark.js';

const LEVELS: Record<ReportMark, DriftLevel | null> = { '🔴': 'BEHAVIOUR', '🟡': 'CONTENT', '✅': null };

/** The mark of a report or of a cause; room for one without a mark, so that lines stay aligned. */
export function MarkIcon({ mark }: { mark: ReportMark | '' }): Markup {
  return mark === '' ? <span class="mark"></span> : <VerdictMark level={LEVELS[mark]} />;
}
