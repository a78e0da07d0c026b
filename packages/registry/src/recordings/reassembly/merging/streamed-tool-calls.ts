import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, textAt } from '../../json/json-value.js';
import { addDelta, addFunction } from './add-delta.js';
import { JsonProgress } from './json-progress.js';

/**
 * A field that is added to a call of a stream whose calls share an index and have no ids. Clients
 * that join the pieces by index, such as OpenAI's library, see one broken call.
 */
export const AMBIGUOUS_FIELD = 'ambiguous';
const SHARED = 'shares its index with another call and has no id';
const INSEPARABLE = 'cannot be separated from another call with its index';

interface OpenCall {
  call: JsonObject;
  arguments: JsonProgress;
  /**
   * Whether its name came again after its arguments: further arguments then belong to another call.
   */
  isRepeated: boolean;
}

/**
 * Builds the tool calls of a message: a piece with id and name starts one, later pieces add
 * arguments.
 */
export class ToolCalls {
  private readonly calls: JsonObject[] = [];
  /** The call that pieces with an index are added to. */
  private readonly open = new Map<number, OpenCall>();
  private lastIndex = -1;

  add(piece: JsonObject): void {
    const isStart = textAt(piece, 'id') !== null && nameOf(piece) !== null;
    const index = integerAt(piece, 'index', isStart ? this.lastIndex + 1 : Math.max(this.lastIndex, 0));
    const open = this.open.get(index);
    const call = open === undefined || startsAnother(open, piece) ? this.start(index, piece) : open;
    const given = argumentsOf(piece);
    if (call.arguments.isComplete && given.trim() !== '') call.call[AMBIGUOUS_FIELD] = INSEPARABLE;
    else if (call.arguments.isComplete && nameOf(piece) !== null) call.isRepeated = true;
    call.arguments.add(given);
    const { index: _index, function: called, ...rest } = piece;
    addDelta(call.call, rest);
    if (isObject(called)) addFunction(call.call, 'function', called);
  }

  /** The calls as the API returns them without streaming: without the index. */
  finish(): JsonObject[] {
    return this.calls;
  }

  private start(index: number, piece: JsonObject): OpenCall {
    const call: JsonObject = {};
    const previous = this.open.get(index);
    if (previous !== undefined && textAt(piece, 'id') === null) {
      const name = nameOf(piece) ?? nameOf(previous.call);
      if (name !== null && nameOf(piece) === null) call['function'] = { name };
      call[AMBIGUOUS_FIELD] = SHARED;
      // The previous call was still incomplete: the calls are interleaved.
      if (!previous.arguments.isEmpty && !previous.arguments.isComplete) {
        previous.call[AMBIGUOUS_FIELD] = INSEPARABLE;
        call[AMBIGUOUS_FIELD] = INSEPARABLE;
      }
    }
    const open: OpenCall = { call, arguments: new JsonProgress(), isRepeated: false };
    this.calls.push(call);
    this.open.set(index, open);
    this.lastIndex = Math.max(this.lastIndex, index);
    return open;
  }
}

function nameOf(piece: JsonObject): string | null {
  return textAt(objectAt(piece, 'function') ?? {}, 'name');
}

function argumentsOf(piece: JsonObject): string {
  return textAt(objectAt(piece, 'function') ?? {}, 'arguments') ?? '';
}

/**
 * Some servers give all parallel calls the index 0: there, a new id with a name starts the next
 * call. Without ids, a name after arguments does, and arguments after complete ones when the name
 * came again. The complete name may also be repeated in every piece of one call.
 */
function startsAnother(open: OpenCall, piece: JsonObject): boolean {
  const [id, openId] = [textAt(piece, 'id'), textAt(open.call, 'id')];
  const [name, openName] = [nameOf(piece), nameOf(open.call)];
  const given = argumentsOf(piece).trim();
  if (id !== null && id === openId) return false;
  if (id !== null && openId !== null) return name !== null;
  if (openName === null) return false;
  const hasAnotherObject = open.arguments.isComplete && given !== '';
  if (name === null) return hasAnotherObject && open.isRepeated;
  if (name === openName) return hasAnotherObject;
  // A name may come in pieces, but only before the arguments, and without the fields of a new call.
  return !open.arguments.isEmpty || given !== '' || 'id' in piece || 'type' in piece;
}
