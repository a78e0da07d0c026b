import { count, listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup, ReplacementGroup } from './change-group.js';
import { describeReplacement } from './describe-change.js';
import { groupBehaviour } from './group-behaviour.js';

/**
 * Identical changes of requests together; what is alone in its change joins those that changed in the same places, so that
 * a reworded prompt in forty tests is one line with an example.
 */
export function groupRequests(changes: DriftChange[]): ChangeGroup[] {
  const groups: ChangeGroup[] = [];
  const single: DriftChange[] = [];
  for (const [, alike] of groupBy(changes, (change) => change.requestChange?.key ?? '')) {
    const first = alike[0] as DriftChange;
    if (!first.requestChange)
      groups.push({ words: 'the same request under another hash', changes: alike, texts: [] });
    else if (alike.length === 1) single.push(first);
    else groups.push({ words: listing(first.requestChange.words, 6), changes: alike, texts: [] });
  }
  for (const [shape, alike] of groupBy(single, (change) => change.requestChange?.shape ?? '')) {
    const first = alike[0]?.requestChange?.words ?? [];
    const words =
      alike.length === 1 ? listing(first, 6) : `${quoteShape(shape)}, for example ${listing(first, 3)}`;
    groups.push({ words, changes: alike, texts: [] });
  }
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

/** The same for new recordings that look to replace old ones, with what became of their answers. */
export function groupReplacements(changes: DriftChange[]): ReplacementGroup[] {
  const level = (change: DriftChange) => change.reasons[0]?.level ?? null;
  return groupRequests(changes).map((group) => {
    const of = (...levels: DriftChange['level'][]) =>
      group.changes.filter((change) => levels.includes(level(change)));
    const [same, content] = [of(null, 'COSMETIC', 'METADATA').length, of('CONTENT').length];
    const behaviour = of('BEHAVIOUR');
    const parts = [
      same > 0 ? `${count(same, 'answers', 'answer')} the same` : '',
      content > 0 ? `${count(content, 'answers', 'answer')} in other words` : '',
      behaviour.length > 0 ? `${behaviour.length} changed behaviour` : '',
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
  const places = shape.split(', ').map((place) => place.replace(/^(.*) (added|gone|changed)$/, '`$1` $2'));
  return listing(places, 4);
}
