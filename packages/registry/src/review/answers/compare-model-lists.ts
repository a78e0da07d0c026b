import type { JsonValue } from '../../vocabulary/recording.js';
import { code, count, listing } from '../../vocabulary/words.js';
import { field } from '../differences/walk-values.js';

/** The differences of two model lists; order is ignored. */
export interface ModelListComparison {
  removed: string[];
  added: string[];
  /** Entries of models in both lists, with their index in the newer one. */
  both: { index: number; before: JsonValue; after: JsonValue }[];
}

/** Compares two model lists by name; null when an entry has no name or a name is not unique. */
export function compareModelLists(before: JsonValue[], after: JsonValue[]): ModelListComparison | null {
  const [old, now] = [byName(before), byName(after)];
  if (old === null || now === null) return null;
  const comparison: ModelListComparison = { removed: [], added: [], both: [] };
  for (const name of old.keys()) if (!now.has(name)) comparison.removed.push(name);
  let index = 0;
  for (const [name, entry] of now) {
    const previous = old.get(name);
    if (previous === undefined) comparison.added.push(name);
    else comparison.both.push({ index, before: previous, after: entry });
    index++;
  }
  return comparison;
}

/** "3 models removed (`a`, `b` and `c`), 1 added (`d`)". */
export function describeModelLists({ removed, added }: ModelListComparison): string {
  const names = (models: string[]) =>
    `(${listing(
      models.map((model) => code(model, 60)),
      3,
    )})`;
  const parts: string[] = [];
  if (removed.length > 0) parts.push(`${count(removed.length, 'model')} removed ${names(removed)}`);
  if (added.length > 0) {
    const what = removed.length > 0 ? added.length.toLocaleString('en-GB') : count(added.length, 'model');
    parts.push(`${what} added ${names(added)}`);
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
