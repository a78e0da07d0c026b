import { type JsonProblem, type ParsedJson, parseJsonWith } from '../json/parse-json.js';

/** A number that Python reads as `float`; kept apart from whole numbers, because `1.0` and `1` hash differently. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A whole number beyond JavaScript's exact ones. Only its digits are ever wanted, so they stay text. */
export class PythonBigInteger {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What Python's `json.load` makes of a file; a `number` is a whole one. */
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

export function isPythonObject(value: PythonValue | undefined): value is PythonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof PythonFloat || value instanceof PythonBigInteger);
}

/** Parses JSON text as Python does, keeping whole numbers whole whatever their size and floats as floats. */
export function parsePython(text: string): ParsedJson<PythonValue> | JsonProblem {
  return parseJsonWith<PythonValue>(text, pythonNumber);
}

function pythonNumber(text: string): number | PythonBigInteger | PythonFloat {
  if (!/^-?[0-9]+$/.test(text)) return new PythonFloat(Number(text));
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : new PythonBigInteger(text);
}
