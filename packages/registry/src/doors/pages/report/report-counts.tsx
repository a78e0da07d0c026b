import { type DriftSummary, KINDS } from '../../../review/differences/drift.js';
import { LEVELS } from '../../../vocabulary/level.js';
import type { Markup } from '../layout/page-content.js';
import type { ChangeFilter } from './change-filter.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';
import type { FilterLink } from './filter-form.js';

/** A count with the filter that shows its changes. */
interface Chip {
  number: number;
  label: string;
  tone: string;
  chosen: Partial<ChangeFilter>;
}

/** The number of changes of each level, of errors and of each kind. Each is a link that filters the changes. */
export function ReportCounts(props: {
  summary: DriftSummary;
  link: FilterLink;
  filter: ChangeFilter;
}): Markup {
  const { summary, link, filter } = props;
  const number = (name: string) => summary[name.toLowerCase() as keyof DriftSummary];
  const urgent: Chip[] = [
    {
      number: summary.unplayable,
      label: 'unplayable',
      tone: 'level behaviour',
      chosen: { only: 'unplayable' },
    },
    {
      number: summary.errors,
      label: summary.errors === 1 ? 'error' : 'errors',
      tone: 'level behaviour',
      chosen: { only: 'errors' },
    },
    ...[...LEVELS].reverse().map((level) => ({
      number: number(level),
      label: LEVEL_LABELS[level],
      tone: `level ${level.toLowerCase()}`,
      chosen: { level },
    })),
  ];
  const kinds = KINDS.map((kind) => ({
    number: number(kind),
    label: KIND_LABELS[kind],
    tone: '',
    chosen: { kind },
  }));
  return (
    <nav aria-label="Counts" class="counts">
      <ul>
        {urgent.map((chip) => (
          <ChipItem chip={chip} link={link} filter={filter} />
        ))}
      </ul>
      <ul>
        {kinds.map((chip) => (
          <ChipItem chip={chip} link={link} filter={filter} />
        ))}
        <li class="quiet">{summary.unchanged.toLocaleString('en-GB')} unchanged</li>
      </ul>
    </nav>
  );
}

/** The chosen chip removes its filter. */
function ChipItem(props: { chip: Chip; link: FilterLink; filter: ChangeFilter }): Markup | null {
  const { number, label, tone, chosen } = props.chip;
  if (number === 0) return null;
  const [name, value] = Object.entries(chosen)[0] as [keyof ChangeFilter, string];
  const isChosen = props.filter[name] === value;
  return (
    <li>
      <a
        class={tone}
        href={`${props.link(isChosen ? { [name]: null } : chosen)}#changes`}
        aria-current={isChosen ? 'true' : undefined}
      >
        {number.toLocaleString('en-GB')} {label}
      </a>
    </li>
  );
}
