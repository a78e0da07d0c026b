import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, objectAt, objectsAt, setField, textAt } from '../../json/json-value.js';
import { keepNotation, notationAt } from '../../json/number-notation.js';
import { listIn, mergeFields, objectIn, ownCopy, ownField } from '../merging/merge-fields.js';

/**
 * Deepest argument that is put in place: a hostile path must not exhaust the stack of later steps.
 */
const MAXIMUM_DEPTH = 64;

/** The function call of a part, in camel case (REST) or snake case (Python). */
function callOf(part: JsonObject): JsonObject | null {
  return objectAt(part, 'functionCall') ?? objectAt(part, 'function_call');
}

/** A copy of a part; arguments that arrive in pieces (`partialArgs`) are put in place. */
export function startPart(part: JsonObject): JsonObject {
  const copy = ownCopy(part) as JsonObject;
  const call = callOf(copy);
  if (call !== null) addPartialArguments(call, takePieces(call));
  return copy;
}

/**
 * Adds a part that continues the function call of the last one: that call announced more, and this
 * piece has no name. False when it does not.
 */
export function continueCall(last: JsonObject, part: JsonObject): boolean {
  const [open, piece] = [callOf(last), callOf(part)];
  if (open === null || piece === null || !willContinue(open) || textAt(piece, 'name') !== null) return false;
  const { functionCall: _camel, function_call: _snake, ...rest } = part;
  mergeFields(last, rest);
  const { willContinue: _more, will_continue: _moreSnake, ...fields } = piece;
  addPartialArguments(open, takePieces(fields));
  mergeFields(open, fields);
  if (!willContinue(piece)) {
    delete open['willContinue'];
    delete open['will_continue'];
  }
  return true;
}

function willContinue(call: JsonObject): boolean {
  return call['willContinue'] === true || call['will_continue'] === true;
}

/** Removes the pieces from a call and returns them. */
function takePieces(call: JsonObject): JsonObject[] {
  const pieces = [...objectsAt(call, 'partialArgs'), ...objectsAt(call, 'partial_args')];
  delete call['partialArgs'];
  delete call['partial_args'];
  return pieces;
}

function addPartialArguments(call: JsonObject, pieces: JsonObject[]): void {
  for (const piece of pieces) {
    const path = parsePath(textAt(piece, 'jsonPath') ?? textAt(piece, 'json_path') ?? '');
    // A piece without a usable path stays as it is.
    if (path === null || !place(objectIn(call, 'args'), path, piece)) {
      listIn(call, 'partialArgs').push(ownCopy(piece));
    }
  }
}

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** The keys and indices of a JSON Path such as `$.foo.bar[0]['a b']`; null for any other. */
function parsePath(path: string): (string | number)[] | null {
  if (!path.startsWith('$')) return null;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null || steps.length >= MAXIMUM_DEPTH) return null;
    const quoted = match[3] ?? match[4];
    steps.push(
      match[2] === undefined ? (match[1] ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1')) : Number(match[2]),
    );
  }
  return steps.length > 0 ? steps : null;
}

/** Sets or extends the value at a path; false when the path does not fit the values before it. */
function place(args: JsonObject, path: (string | number)[], piece: JsonObject): boolean {
  let holder: JsonValue = args;
  for (const [at, key] of path.entries()) {
    const next = path[at + 1];
    // Indices count up by one. A damaged stream may jump further, and must not fill memory.
    const fits = typeof key === 'number' ? Array.isArray(holder) && key <= holder.length : isObject(holder);
    if (!fits) return false;
    if (next === undefined) return setValue(holder as JsonObject | JsonValue[], key, piece);
    const known = valueAt(holder as JsonObject | JsonValue[], key);
    const inner: JsonValue = known ?? (typeof next === 'number' ? [] : {});
    if (known === undefined) setAt(holder as JsonObject | JsonValue[], key, inner);
    holder = inner;
  }
  return false;
}

function setValue(holder: JsonObject | JsonValue[], key: string | number, piece: JsonObject): boolean {
  const text = piece['stringValue'] ?? piece['string_value'];
  const field = piece['numberValue'] === undefined ? 'number_value' : 'numberValue';
  const other = piece[field] ?? piece['boolValue'] ?? piece['bool_value'] ?? null;
  const before = valueAt(holder, key);
  if (typeof text === 'string') setAt(holder, key, typeof before === 'string' ? before + text : text);
  else {
    setAt(holder, key, ownCopy(other));
    const notation = notationAt(piece, field);
    if (notation !== undefined) keepNotation(holder, key, notation);
  }
  return true;
}

function valueAt(holder: JsonObject | JsonValue[], key: string | number): JsonValue | undefined {
  return Array.isArray(holder) ? holder[Number(key)] : ownField(holder, String(key));
}

function setAt(holder: JsonObject | JsonValue[], key: string | number, value: JsonValue): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else setField(holder, String(key), value);
}
