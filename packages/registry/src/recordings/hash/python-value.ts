import { type JsonProblem, type ParsedJson, parseJsonWith } from '../json/parse-json.js';

/**
 * A number that Python parses as `float`. Distinct from integers, because `1.0` and `1` hash
 * differently.
 */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** An integer beyond JavaScript's safe range. Only its digits are used, so they stay text. */
export class PythonBigInteger {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value as Python's `json.load` returns it; a `number` is an integer. */
export type PythonValue =
  | null
  | boolean
  | number
  | PythonBigInteger
  | PythonFloat
  | string
  | PythonValue[]
  | PythonObject;
export interface PythonObject {
  [key: string]: PythonValue;
}

/** Whether a value is an object: not null, a list, or a number. */
export function isPythonObject(value: PythonValue | undefined): value is PythonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof PythonFloat || value instanceof PythonBigInteger);
}

/** Parses JSON text as Python does: integers of any size stay exact, floats stay floats. */
export function parsePython(text: string): ParsedJson<PythonValue> | JsonProblem {
  return parseJsonWith<PythonValue>(text, pythonNumber);
}

function pythonNumber(text: string): number | PythonBigInteger | PythonFloat {
  if (!/^-?[0-9]+$/.test(text)) return new PythonFloat(Number(text));
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : new PythonBigInteger(text);
}
