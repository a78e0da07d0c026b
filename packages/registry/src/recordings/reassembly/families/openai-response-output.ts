import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, setField, textAt } from '../../json/json-value.js';
import { listIn, ownCopy } from '../merging/merge-fields.js';

/** Where a kind of delta is added: to a part in a list of the item, or to the item itself. */
interface Target {
  field: string;
  list?: { name: string; index: string; type: string };
}

const CONTENT = { name: 'content', index: 'content_index' };
const TARGETS: Record<string, Target> = {
  'response.output_text': { field: 'text', list: { ...CONTENT, type: 'output_text' } },
  'response.refusal': { field: 'refusal', list: { ...CONTENT, type: 'refusal' } },
  'response.reasoning_text': { field: 'text', list: { ...CONTENT, type: 'reasoning_text' } },
  'response.reasoning_summary_text': {
    field: 'text',
    list: { name: 'summary', index: 'summary_index', type: 'summary_text' },
  },
  'response.function_call_arguments': { field: 'arguments' },
  'response.mcp_call_arguments': { field: 'arguments' },
  'response.custom_tool_call_input': { field: 'input' },
  'response.code_interpreter_call_code': { field: 'code' },
};

/** Rebuilds the output items of a Responses stream from its events, in order. */
export function rebuildOutput(events: JsonObject[]): JsonObject[] {
  const items = new Map<number, JsonObject>();
  const finished = new Set<number>();
  for (const event of events) {
    const index = integerAt(event, 'output_index', 0);
    const item = objectAt(event, 'item');
    if (item !== null) {
      items.set(index, ownCopy(item) as JsonObject);
      if (event['type'] === 'response.output_item.done') finished.add(index);
    } else if (!finished.has(index)) addEvent(items, index, event);
  }
  return [...items.entries()].sort(([left], [right]) => left - right).map(([, item]) => item);
}

/** Events with a complete part of an item, such as `response.content_part.added`. */
const PARTS: Record<string, { name: string; index: string }> = {
  'response.content_part': CONTENT,
  'response.reasoning_summary_part': { name: 'summary', index: 'summary_index' },
};

/** A `….delta` event adds a piece, a `….done` event has the complete value. */
function addEvent(items: Map<number, JsonObject>, index: number, event: JsonObject): void {
  const [, name = '', ending] = /^(.*)\.(delta|done)$/.exec(textAt(event, 'type') ?? '') ?? [];
  if (addPart(items, index, event)) return;
  const target = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (target === undefined) return;
  const item = items.get(index) ?? { type: target.list ? 'message' : 'function_call' };
  items.set(index, item);
  const holder = target.list ? partOf(item, integerAt(event, target.list.index, 0), target.list) : item;
  if (ending === 'delta')
    holder[target.field] = (textAt(holder, target.field) ?? '') + (textAt(event, 'delta') ?? '');
  else holder[target.field] = event[target.field] ?? holder[target.field] ?? '';
}

/** Copies a complete part, or adds an annotation to its part; false when the event is neither. */
function addPart(items: Map<number, JsonObject>, index: number, event: JsonObject): boolean {
  const type = textAt(event, 'type') ?? '';
  const [part, annotation] = [objectAt(event, 'part'), objectAt(event, 'annotation')];
  const name = type.replace(/\.(?:added|done)$/, '');
  const list = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  const isAnnotation = type === 'response.output_text.annotation.added';
  if (!(list && part) && !(isAnnotation && annotation)) return false;
  const item = items.get(index) ?? { type: list?.name === 'summary' ? 'reasoning' : 'message' };
  items.set(index, item);
  if (list && part) {
    const holder = partOf(item, integerAt(event, list.index, 0), {
      ...list,
      type: textAt(part, 'type') ?? '',
    });
    for (const [key, value] of Object.entries(part)) setField(holder, key, ownCopy(value));
  } else if (annotation) {
    const holder = partOf(item, integerAt(event, 'content_index', 0), { ...CONTENT, type: 'output_text' });
    listIn(holder, 'annotations').push(ownCopy(annotation));
  }
  return true;
}

function partOf(item: JsonObject, index: number, { name, type }: { name: string; type: string }): JsonObject {
  const parts = listIn(item, name);
  // Indices count up by one. A damaged stream may jump further, and must not fill memory.
  const place = index >= 0 && index <= parts.length ? index : Math.max(parts.length - 1, 0);
  const existing = parts[place];
  if (isObject(existing)) return existing;
  const part: JsonObject = { type };
  parts[place] = part;
  return part;
}
