import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { brief, describePair, fromTo } from './format-values.js';
import { elementAt, type RequestPlace } from './request-places.js';
import { field } from './walk-values.js';

/** Contents of the two requests, for the roles of messages and the names of tools. */
export interface Contents {
  before: JsonValue;
  after: JsonValue;
}

const LONG_TEXT = 80;
const MAXIMUM_OF_TOOL = 2;

/** Words for differences that only occur because every recording generates them. */
const GENERATED: Readonly<Record<Exclude<RequestPlace['kind'], 'value' | 'order'>, string>> = {
  id: 'ids changed',
  'id of a tool call': 'ids of tool calls changed',
  score: 'scores changed',
  time: 'dates changed',
  host: 'host of `url` changed',
  'generated text': 'ids, dates or scores inside texts changed',
};

/**
 * Describes the cause of one difference, equal for recordings with the same cause: texts are named and not quoted,
 * positions in lists are left out. Settings, model and tool names keep their values.
 */
export function describeCause(place: RequestPlace, contents: Contents): string {
  const { kind, path, shape, before, after } = place;
  if (kind === 'order') return `order of ${code(shape)} changed`;
  if (kind !== 'value') return GENERATED[kind];
  const message = describeMessage(place, contents);
  if (message !== null) return message;
  const tool = describeTool(place, contents);
  if (tool !== null) return tool;
  const name = code(shape);
  if (before === undefined) return `${name} added: ${code(brief(after))}`;
  if (after === undefined) return `${name} removed (was ${code(brief(before))})`;
  if (typeof before === 'string' && typeof after === 'string') {
    if (isPrompt(path))
      return `${/^(?:system|instructions)/.test(path) ? 'system prompt' : 'prompt'} reworded`;
    if (Math.max(before.length, after.length) > LONG_TEXT) return `${name} reworded`;
  }
  return `${name} ${fromTo(before, after)}`;
}

/** Describes one difference with its position and its values. */
export function describeDetail({ kind, path, before, after }: RequestPlace): string {
  const name = code(path);
  if (kind === 'order') return `order of ${name} changed`;
  if (before === undefined) return `${name} added: ${code(brief(after))}`;
  if (after === undefined) return `${name} removed (was ${code(brief(before))})`;
  const isLong = [before, after].some((value) => typeof value === 'string' && value.length > LONG_TEXT);
  return `${name} ${isLong ? 'reworded: ' : ''}${fromTo(before, after)}`;
}

/** "test id `txt` → `vis`": the part that differs, which is equal for all cases of a renamed test. */
export function describeTestIds(before: string | null, after: string | null): string {
  if (before === null) return 'test id added';
  if (after === null) return 'test id removed';
  const parts = (text: string) => text.match(/\w+|\W/g) ?? [];
  const [a, b] = [parts(before), parts(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  // What is only inserted is shown with its neighbours.
  if (start + end >= Math.min(a.length, b.length)) start = Math.max(0, start - 2);
  const [from = '', to = ''] = [a, b].map((list) => list.slice(start, list.length - end).join(''));
  return `test id ${describePair(from, to)}`;
}

const ROLES: Readonly<Record<string, string>> = {
  system: 'system prompt',
  developer: 'system prompt',
  user: 'prompt',
  assistant: 'earlier answer',
  model: 'earlier answer',
  tool: 'tool result',
  function: 'tool result',
};

/** A difference inside of a conversation; null elsewhere. */
function describeMessage({ path, shape, before, after }: RequestPlace, contents: Contents): string | null {
  if (!/^(?:messages|input|contents)\[\d+\]/.test(path)) return null;
  const message = elementAt(contents.after, path) ?? elementAt(contents.before, path);
  const isWhole = /^\w+\[\]$/.test(shape);
  const part = isWhole ? (before ?? after) : message;
  const type = field(part, 'type');
  const role = field(part, 'role');
  const name =
    type === 'function_call_output'
      ? 'tool result'
      : typeof role === 'string'
        ? (ROLES[role] ?? `message of ${code(role)}`)
        : null;
  if (isWhole && isObject(part))
    return name === null
      ? null
      : `${name === 'prompt' ? 'user message' : name} ${before === undefined ? 'added' : 'removed'}`;
  if (/tool_calls\[\]\.function\.arguments$|^input\[\]\.arguments$/.test(shape))
    return 'arguments of an earlier tool call changed';
  const isText = /(?:\.content|\.text|\.output)(?:\[\](?:\.text)?)?$/.test(shape);
  if (!isText || name === null) return null;
  return `${name} ${before === undefined ? 'added' : after === undefined ? 'removed' : 'reworded'}`;
}

/** A difference of the offered tools, by the name of the tool; null elsewhere. */
function describeTool({ path, shape, before, after }: RequestPlace, contents: Contents): string | null {
  if (!/^tools\[\d+\]/.test(path)) return null;
  const toolName = (tool: JsonValue | undefined) =>
    field(field(tool, 'function'), 'name') ?? field(tool, 'name') ?? field(tool, 'type');
  const isWhole = shape === 'tools[]';
  const name = isWhole ? toolName(before ?? after) : toolName(elementAt(contents.after, path));
  if (typeof name !== 'string') return null;
  if (isWhole) return `tool ${code(name)} ${before === undefined ? 'added' : 'removed'}`;
  const inside = shape.replace(/^tools\[\]\.(?:function\.)?/, '');
  if (inside === 'description') return `description of tool ${code(name)} reworded`;
  const [label, owner] = [code(inside), `of tool ${code(name)}`];
  if (before === undefined) return `${label} ${owner} added: ${code(brief(after))}`;
  if (after === undefined) return `${label} ${owner} removed (was ${code(brief(before))})`;
  const isLong = [before, after].some((value) => typeof value === 'string' && value.length > LONG_TEXT);
  return `${label} ${owner} ${isLong ? 'reworded' : fromTo(before, after)}`;
}

/** Causes in the definition of one tool that are more than a reader needs become one. */
export function summariseTools(causes: string[]): string[] {
  const toolOf = (cause: string) => / of tool (`[^`]*`)/.exec(cause)?.[1] ?? null;
  const numbers = new Map<string, number>();
  for (const cause of new Set(causes)) {
    const tool = toolOf(cause);
    if (tool !== null) numbers.set(tool, (numbers.get(tool) ?? 0) + 1);
  }
  return causes.map((cause) => {
    const tool = toolOf(cause);
    const isMany = tool !== null && (numbers.get(tool) ?? 0) > MAXIMUM_OF_TOOL;
    return isMany ? `definition of tool ${tool} changed` : cause;
  });
}

function isPrompt(path: string): boolean {
  return /^(?:prompt|input|system|instructions|contents)\b/.test(path);
}
