import { type PullSummary, withCommas } from '@fixture-registry/client';
import { describeBaseline, describeTarget } from '../event/describe-target.js';
import type { Target } from '../event/event-target.js';
import { escapeMarkdown } from '../runner/escape-markdown.js';

/** The job summary of a pull, as markdown. Pure. */
export function pulledSummary(pulled: PullSummary, target: Target | null): string {
  const figures = [
    `${withCommas(pulled.pulled)} pulled`,
    `${withCommas(pulled.reused)} already there`,
    ...(pulled.removed > 0 ? [`${withCommas(pulled.removed)} removed`] : []),
    ...(pulled.replaced > 0
      ? [`${withCommas(pulled.replaced)} local files moved to \`.fixtures/replaced\``]
      : []),
    ...(pulled.purged.length > 0
      ? [`⚠️ ${withCommas(pulled.purged.length)} purged from the registry (listed in the log)`]
      : []),
  ];
  return (
    `### Fixtures of ${describeTarget(target)}\n\n${figures.join(' · ')} · snapshot ` +
    `\`${pulled.snapshot.id}\`\n\n${escapeMarkdown(describeBaseline(pulled))}`
  );
}
