import type { ReportMark } from '../../../review/report/causes/mark.js';
import type { DriftLevel } from '../../../vocabulary/level.js';
import type { Markup } from './page-content.js';

type Mark = 'behaviour' | 'content' | 'fine';

const MEANINGS: Record<Mark, string> = {
  behaviour: '🔴 Behaviour changed',
  content: '🟡 Content changed',
  fine: '✅ Nothing to review',
};

const MARKS: Record<ReportMark, Mark> = { '🔴': 'behaviour', '🟡': 'content', '✅': 'fine' };

/**
 * A mark as in the comment, by itself or by a level. It is drawn, because some systems have no font for it. Each has
 * its own shape.
 */
export function VerdictMark(props: { mark: ReportMark } | { level: DriftLevel | null }): Markup {
  const mark = 'mark' in props ? MARKS[props.mark] : markOfLevel(props.level);
  return (
    <svg class={`mark ${mark}`} viewBox="0 0 16 16" role="img" aria-label={MEANINGS[mark]}>
      <title>{MEANINGS[mark]}</title>
      {mark === 'fine' ? (
        <path d="M1 3q0-2 2-2h10q2 0 2 2v10q0 2-2 2h-10q-2 0-2-2zM3.5 8.5l1.4-1.4 2 2 4.2-4.2 1.4 1.4-5.6 5.6z" />
      ) : mark === 'content' ? (
        <path d="M8 1a7 7 0 1 0 0 14 7 7 0 1 0 0-14zm0 2.5a4.500 4.500 0 1 1 0 9 4.500 4.500 0 1 1 0-9z" />
      ) : (
        <circle cx="8" cy="8" r="7" />
      )}
    </svg>
  );
}

function markOfLevel(level: DriftLevel | null): Mark {
  return level === 'BEHAVIOUR' ? 'behaviour' : level === 'CONTENT' ? 'content' : 'fine';
}
