import type { JsonValue } from '../../vocabulary/recording.js';
import { code, count, listing } from '../../vocabulary/words.js';
import { field } from '../differences/walk-values.js';

/** What two lists of models have in common and what not. Order does not count. */
export interface ModelListComparison {
  gone: string[];
  fresh: string[];
  /** Entries of the same model, with their place in the newer list. */
  both: { index: number; before: JsonValue; after: JsonValue }[];
}

/** Compares two lists of models as sets of names; null when an entry has no name or a name is there twice. */
export function compareModelLists(before: JsonValue[], after: JsonValue[]): ModelListComparison | null {
  const [old, now] = [byName(before), byName(after)];
  if (old === null || now === null) return null;
  const comparison: ModelListComparison = { gone: [], fresh: [], both: [] };
  for (const name of old.keys()) if (!now.has(name)) comparison.gone.push(name);
  let index = 0;
  for (const [name, entry] of now) {
    const previous = old.get(name);
    if (previous === undefined) comparison.fresh.push(name);
    else comparison.both.push({ index, before: previous, after: entry });
    index++;
  }
  return comparison;
}

/** "3 models gone (`a`, `b` and `c`), 1 new (`d`)". */
export function describeModelLists({ gone, fresh }: ModelListComparison): string {
  const names = (models: string[]) =>
    `(${listing(
      models.map((model) => code(model, 60)),
      3,
    )})`;
  const parts: string[] = [];
  if (gone.length > 0) parts.push(`${count(gone.length, 'model')} gone ${names(gone)}`);
  if (fresh.length > 0) {
    const what = gone.length > 0 ? fresh.length.toLocaleString('en-GB') : count(fresh.length, 'model');
    parts.push(`${what} new ${names(fresh)}`);
  }
  return parts.join(', ');
}

function byName(models: JsonValue[]): Map<string, JsonValue> | null {
  const found = new Map<string, JsonValue>();
  for (const model of models) {
    const name =
      typeof model === 'string'
        ? model
        : (field(model, 'id') ?? field(model, 'name') ?? field(model, 'model'));
    if (typeof name !== 'string' || found.has(name)) return null;
    found.set(name, model);
  }
  return found;
}
