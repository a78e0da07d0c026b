import { listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup, ReplacementGroup } from './change-group.js';
import { describeReplacement } from './describe-change.js';
import { groupBehaviour } from './group-behaviour.js';

/**
 * Groups equal changes of requests. Unique changes are grouped by the paths that changed, so that a
 * reworded prompt in forty tests is one line with an example.
 */
export function groupRequests(changes: DriftChange[]): ChangeGroup[] {
  const groups: ChangeGroup[] = [];
  const unique: DriftChange[] = [];
  for (const [, equal] of groupBy(changes, (change) => change.requestChange?.key ?? '')) {
    const first = equal[0] as DriftChange;
    if (!first.requestChange)
      groups.push({ words: 'the same request under another hash', changes: equal, texts: [] });
    else if (equal.length === 1) unique.push(first);
    else groups.push({ words: listing(first.requestChange.words, 6), changes: equal, texts: [] });
  }
  for (const [shape, similar] of groupBy(unique, (change) => change.requestChange?.shape ?? '')) {
    const first = similar[0]?.requestChange?.words ?? [];
    const words =
      similar.length === 1 ? listing(first, 6) : `${quoteShape(shape)}, for example ${listing(first, 3)}`;
    groups.push({ words, changes: similar, texts: [] });
  }
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

/** Groups new recordings that probably replace old ones, with how their responses differ. */
export function groupReplacements(changes: DriftChange[]): ReplacementGroup[] {
  const level = (change: DriftChange) => change.reasons[0]?.level ?? null;
  return groupRequests(changes).map((group) => {
    const of = (...levels: DriftChange['level'][]) =>
      group.changes.filter((change) => levels.includes(level(change)));
    const [same, content] = [of(null, 'COSMETIC', 'METADATA').length, of('CONTENT').length];
    const behaviour = of('BEHAVIOUR');
    const number = (value: number) => value.toLocaleString('en-GB');
    const parts = [
      same > 0 ? `${number(same)} with the same answer` : '',
      content > 0 ? `${number(content)} with changed content` : '',
      behaviour.length > 0 ? `${number(behaviour.length)} with changed behaviour` : '',
    ];
    return {
      ...group,
      answers: parts.filter((part) => part !== '').join(', '),
      behaviour: groupBehaviour(behaviour, describeReplacement),
    };
  });
}

/** "`messages[].content` changed, `temperature` added" from the shape of a request's change. */
function quoteShape(shape: string): string {
  const places = shape.split(', ').map((place) => place.replace(/^(.*) (added|removed|changed)$/, '`$1` $2'));
  return listing(places, 4);
}
