import { KINDS } from '../../../review/differences/drift.js';
import { visible } from '../../../review/report/escape-markdown.js';
import { LEVELS } from '../../../vocabulary/level.js';
import { shorten } from '../../../vocabulary/words.js';
import type { Markup } from '../layout/page-content.js';
import { type ChangeFilter, isFiltered } from './change-filter.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';

/** Returns the address of the report with some filter fields changed. */
export type FilterLink = (changed: Partial<ChangeFilter>) => string;

/** Filters the changes. A plain GET form works without scripts, and its result has an address. */
export function FilterForm(props: { filter: ChangeFilter; models: string[]; all: string }): Markup {
  const { filter, models, all } = props;
  return (
    <search>
      <form method="get" action={`${all}#changes`} class="inline" aria-label="Filter changes">
        <span class="field">
          <label for="test">Test or path</label>
          <input type="search" id="test" name="test" value={filter.test ?? ''} />
        </span>
        <Choice
          name="level"
          label="Level"
          chosen={filter.level}
          options={[...LEVELS].reverse().map((level) => [level, LEVEL_LABELS[level]])}
        />
        <Choice
          name="kind"
          label="Kind"
          chosen={filter.kind}
          options={KINDS.map((kind) => [kind, KIND_LABELS[kind]])}
        />
        <Choice
          name="model"
          label="Model"
          chosen={filter.model}
          options={models.map((model) => [model, shorten(visible(model), 60)])}
        />
        {(['request', 'cause', 'only'] as const).map(
          (name) => filter[name] !== null && <input type="hidden" name={name} value={filter[name]} />,
        )}
        <button type="submit">Filter</button>
        {isFiltered(filter) && <a href={`${all}#changes`}>Show all</a>}
      </form>
    </search>
  );
}

function Choice(props: {
  name: string;
  label: string;
  chosen: string | null;
  options: [value: string, label: string][];
}): Markup {
  return (
    <span class="field">
      <label for={props.name}>{props.label}</label>
      <select id={props.name} name={props.name}>
        <option value="">any</option>
        {props.options.map(([value, label]) => (
          <option value={value} selected={value === props.chosen}>
            {label}
          </option>
        ))}
      </select>
    </span>
  );
}
