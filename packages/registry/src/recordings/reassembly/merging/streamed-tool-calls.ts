import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, textAt } from '../../json/json-value.js';
import { addDelta, addFunction } from './add-delta.js';

/**
 * Builds the tool calls of a message: a piece with id and name starts one, later pieces add
 * arguments.
 */
export class ToolCalls {
  private readonly calls: JsonObject[] = [];
  /** The call that pieces with an index are added to. */
  private readonly open = new Map<number, JsonObject>();
  private lastIndex = -1;

  add(piece: JsonObject): void {
    const begins = beginsCall(piece);
    const index = integerAt(piece, 'index', begins ? this.lastIndex + 1 : Math.max(this.lastIndex, 0));
    const open = this.open.get(index);
    const call = open === undefined || (begins && isAnotherCall(open, piece)) ? this.begin(index) : open;
    const { index: _index, function: called, ...rest } = piece;
    addDelta(call, rest);
    if (isObject(called)) addFunction(call, 'function', called);
  }

  /** The calls as the API returns them without streaming: without the index. */
  finish(): JsonObject[] {
    return this.calls;
  }

  private begin(index: number): JsonObject {
    const call: JsonObject = {};
    this.calls.push(call);
    this.open.set(index, call);
    this.lastIndex = Math.max(this.lastIndex, index);
    return call;
  }
}

function beginsCall(piece: JsonObject): boolean {
  return textAt(piece, 'id') !== null && textAt(objectAt(piece, 'function') ?? {}, 'name') !== null;
}

/**
 * Some servers give all parallel calls the index 0: there, a new id with a name starts the next
 * call.
 */
function isAnotherCall(open: JsonObject, piece: JsonObject): boolean {
  const id = textAt(open, 'id');
  return id !== null && textAt(piece, 'id') !== id;
}
