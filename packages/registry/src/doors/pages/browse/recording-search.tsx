import type { Recorder } from '../../../recordings/playable/recorder.js';
import { type RecordingFilter, refusedFilter } from '../../../store/snapshots/recording-filter.js';
import type { SnapshotSummary } from '../../../store/snapshots/summary-store.js';
import type { Markup } from '../layout/page-content.js';
import { OUTCOME_CHOICES } from './describe-outcome.js';
import { PLAYABLE_CHOICES } from './describe-playable.js';
import { FilterChoice, FilterField } from './filter-field.js';

const SUGGESTED_MODELS = 100;
const UNUSED_CHOICES = [30, 90].map((days) => ({ value: String(days), label: `${days} days`, days }));

/** The names of the filters in an address. */
const NAMES = ['search', 'test', 'model', 'hash', 'playable', 'outcome', 'recordedBefore', 'unused'] as const;

/** The filters of a list of recordings as its address names them; null for one that is not set. */
export type SearchParameters = Record<(typeof NAMES)[number], string | null>;

/** What a visitor searches for in a list of recordings. */
export interface RecordingSearch {
  filter: RecordingFilter;
  /** For links to the same search. */
  parameters: SearchParameters;
  /** Only recordings that no run has read for so many days; null: all. The filter lacks it. */
  unusedDays: number | null;
  isFiltered: boolean;
  /** Why the search is invalid, as the end of a sentence; null when it is valid. */
  refused: string | null;
}

/** Reads the filters of a list of recordings. Unknown values of a choice mean no filter. */
export function readRecordingSearch(
  parameter: (name: string) => string | null,
  recorder: Recorder,
): RecordingSearch {
  const parameters = Object.fromEntries(NAMES.map((name) => [name, parameter(name)])) as SearchParameters;
  const { search, test, model, hash, playable, outcome, recordedBefore, unused } = parameters;
  const chosen = {
    ...{ testId: test, model, hash, search },
    playable: PLAYABLE_CHOICES.find(({ value }) => value.toLowerCase() === playable)?.value,
    outcome: OUTCOME_CHOICES.find(({ value }) => value.toLowerCase() === outcome)?.value,
    recordedBefore: recordedBefore === null ? null : parseDay(recordedBefore),
  };
  const unusedDays = UNUSED_CHOICES.find(({ value }) => value === unused)?.days ?? null;
  const isFiltered = [...Object.values(chosen), unusedDays].some((value) => value != null);
  const refused =
    recordedBefore !== null && chosen.recordedBefore === null
      ? 'the date must have the form YYYY-MM-DD'
      : refusedFilter(chosen);
  return { filter: { ...chosen, recorder }, parameters, unusedDays, isFiltered, refused };
}

/** The beginning of a day in UTC; null for a text that is no day. */
function parseDay(text: string): Date | null {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day && !Number.isNaN(day.getTime()) ? day : null;
}

/** The form with the filters of a list of recordings. */
export function RecordingSearchForm(props: {
  parameters: SearchParameters;
  at: string | null;
  /** Suggests tests and models. */
  summary: SnapshotSummary;
}): Markup {
  const { parameters, at, summary } = props;
  return (
    <search>
      <form method="get" class="inline">
        <FilterField name="search" label="Search" value={parameters.search} />
        <FilterField name="test" label="Test" value={parameters.test} suggestions={summary.someTests} />
        <FilterField
          name="model"
          label="Model"
          value={parameters.model}
          suggestions={summary.byModel.slice(0, SUGGESTED_MODELS).map((each) => each.model)}
        />
        <FilterField name="hash" label="Hash" value={parameters.hash} />
        <FilterChoice
          name="playable"
          label="Playable"
          value={parameters.playable}
          options={PLAYABLE_CHOICES}
        />
        <FilterChoice name="outcome" label="Outcome" value={parameters.outcome} options={OUTCOME_CHOICES} />
        <FilterField
          name="recordedBefore"
          label="Recorded before"
          value={parameters.recordedBefore}
          type="date"
        />
        <FilterChoice name="unused" label="Unused for" value={parameters.unused} options={UNUSED_CHOICES} />
        <FilterField name="at" label="Branch or commit" value={at} />
        <button type="submit">Filter</button>
      </form>
    </search>
  );
}
