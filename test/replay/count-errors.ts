import { createHash } from 'node:crypto';

/** The files of a commit by path. */
type Files = ReadonlyMap<string, Buffer>;

/**
 * Counts the added and changed recordings of a commit that are errors, by reading the raw files: nothing of the
 * product is used, so that its count can be held against this one. A file that only moved does not count.
 */
export function countErrors(
  before: Files,
  after: Files,
  changes: { added: string[]; deleted: string[]; modified: string[] },
): number {
  const gone = changes.deleted.map((path) => digest(before.get(path)));
  const added = changes.added.filter((path) => {
    const index = gone.indexOf(digest(after.get(path)));
    if (index >= 0) gone.splice(index, 1);
    return index < 0;
  });
  return [...added, ...changes.modified].filter((path) => isError(after.get(path))).length;
}

function digest(content: Buffer | undefined): string {
  return createHash('sha256')
    .update(content ?? '')
    .digest('hex');
}

function isError(content: Buffer | undefined): boolean {
  const recording = parse(content?.toString() ?? '');
  const [request, response] = [at(recording, 'request'), at(recording, 'response')];
  if (at(response, 'is_exception') === true || Number(at(response, 'status') ?? 0) >= 400) return true;
  const body = at(response, 'body');
  if (at(request, 'tool_name') !== undefined) return isFailedResult(data(body));
  const chunks = Array.isArray(body) ? body.map(data) : [data(body)];
  if (chunks.some(isErrorBody)) return true;
  return toolResults(at(request, 'body') ?? at(request, 'payload')).some(isFailedResult);
}

function isErrorBody(body: unknown): boolean {
  if (typeof body === 'string' && body.startsWith('data:')) return isErrorBody(parse(body.slice(5)));
  const status = at(body, 'status') ?? at(at(body, 'response'), 'status');
  return Boolean(at(body, 'error')) || at(body, 'type') === 'error' || status === 'failed';
}

/** What the request says that tools returned. */
function toolResults(body: unknown): unknown[] {
  const messages = [at(body, 'messages'), at(body, 'input')].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return messages.flatMap((message) => {
    if (at(message, 'role') === 'tool') return [at(message, 'content')];
    if (at(message, 'type') === 'function_call_output') return [at(message, 'output')];
    const content = at(message, 'content');
    return (Array.isArray(content) ? content : []).filter((part) => at(part, 'type') === 'tool_result');
  });
}

/** Words that no good result of the corpus has, as far as it is short. */
const SOUNDS_WRONG =
  /\b(?:errors?|exception|traceback|unknown tool|api key|unauthorized|forbidden|timed out|refused|quota)\b/i;

function isFailedResult(result: unknown): boolean {
  if (at(result, 'error_message') || at(result, 'error_code') || at(result, 'is_error')) return true;
  const content = typeof result === 'string' || Array.isArray(result) ? result : at(result, 'content');
  const text = Array.isArray(content) ? content.map((part) => at(part, 'text') ?? '').join('\n') : content;
  return typeof text === 'string' && text.length <= 400 && SOUNDS_WRONG.test(text);
}

/** What a wrapper of the recorder holds. */
function data(value: unknown): unknown {
  const inner = at(value, '__data__');
  if (inner === undefined) return value;
  return typeof inner === 'string' ? (parse(inner) ?? inner) : inner;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
