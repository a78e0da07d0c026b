import type { Markup } from '../layout/page-content.js';

/** A field of a filter form: a text, with suggestions, or a date. */
export function FilterField(props: {
  name: string;
  label: string;
  value: string | null | undefined;
  suggestions?: string[];
  type?: 'text' | 'date';
}): Markup {
  const { name, label, value, suggestions = [], type = 'text' } = props;
  const list = suggestions.length > 0 ? `${name}-suggestions` : undefined;
  return (
    <span class="field">
      <label for={name}>{label}</label>
      <input id={name} name={name} type={type} value={value ?? ''} list={list} autocomplete="off" />
      {list !== undefined && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option value={suggestion} />
          ))}
        </datalist>
      )}
    </span>
  );
}

/** A choice of a filter form; empty for no filter. Values are in lower case in the address. */
export function FilterChoice(props: {
  name: string;
  label: string;
  value: string | null;
  options: readonly { value: string; label: string }[];
}): Markup {
  const { name, label, value, options } = props;
  return (
    <span class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">any</option>
        {options.map((option) => (
          <option value={option.value.toLowerCase()} selected={option.value.toLowerCase() === value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
