import type { DriftChange } from '../../../review/differences/drift.js';
import { CodeText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { LEVEL_LABELS } from './drift-labels.js';

/** Every reason for the level, when there is more than the summary shows. */
export function Reasons(props: { change: Pick<DriftChange, 'reasons' | 'requestChange'> }): Markup | null {
  const { reasons, requestChange } = props.change;
  const request = requestChange?.words ?? [];
  if (reasons.length + request.length < 2) return null;
  return (
    <details>
      <summary>All differences, and the rule for each level</summary>
      <ul>
        {request.map((words) => (
          <li>
            <span class="tag">request</span> <CodeText text={words} />
          </li>
        ))}
        {reasons.map((reason) => (
          <li>
            <span class={`level ${reason.level.toLowerCase()}`}>{LEVEL_LABELS[reason.level]}</span>{' '}
            <CodeText text={reason.words} /> <span class="quiet">{`(rule: ${reason.rule})`}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
