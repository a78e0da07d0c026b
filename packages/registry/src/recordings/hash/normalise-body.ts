import { withoutAttributes } from './attributes-text.js';
import { fixedText, roundFloat } from './python-float.js';
import { DIGIT, SPACE } from './python-pattern.js';
import { isPythonObject, PythonFloat, type PythonObject, type PythonValue } from './python-value.js';

/** What newer recorder versions exclude from the hash of a request. */
export interface Normalisation {
  /**
   * v4: search scores, attributes, document ids and citations in strings; `project_id` of extra
   * parameters.
   */
  providerDetails: boolean;
  /** v4 on Bedrock: `stream_options` of the body itself. */
  dropStreamOptions: boolean;
}

const PLACES = 5;
const UUID = '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}';
/** The look-behind changes no match: it prevents a retry at every digit of a long integer. */
const LONG_DECIMAL = new RegExp(`-?(?<!${DIGIT})${DIGIT}+\\.${DIGIT}{4,}`, 'gu');
const SCORE = new RegExp(`score:${SPACE}*[-+]?${DIGIT}*\\.?${DIGIT}+(?:[eE][-+]?${DIGIT}+)?`, 'gu');
const DOCUMENT_ID = new RegExp(`document_id:${SPACE}*${UUID}`, 'gu');
const CITATION = new RegExp(`<\\|${UUID}\\|>`, 'gu');

/**
 * Normalises a request body as versions 3 and 4 of the recorder do: numbers rounded to 5 places,
 * volatile parts removed. Returns the same object when nothing changes, which is the common case:
 * callers then reuse its text.
 */
export function normaliseBody(body: PythonValue, rules: Normalisation): PythonValue {
  const normalised = normalise(body, rules, true);
  if (!rules.dropStreamOptions || !isPythonObject(normalised)) return normalised;
  return without(normalised, 'stream_options');
}

function normalise(value: PythonValue, rules: Normalisation, isRoot: boolean): PythonValue {
  if (typeof value === 'string') return normaliseText(value, rules);
  if (value instanceof PythonFloat) return normaliseFloat(value);
  if (Array.isArray(value)) return normaliseList(value, rules);
  return isPythonObject(value) ? normaliseObject(value, rules, isRoot) : value;
}

function normaliseFloat(float: PythonFloat): PythonFloat {
  const rounded = roundFloat(float.value, PLACES);
  return Object.is(rounded, float.value) ? float : new PythonFloat(rounded);
}

/** The recorder treats each item of a list as a root. */
function normaliseList(list: PythonValue[], rules: Normalisation): PythonValue[] {
  const items = list.map((item) => normalise(item, rules, true));
  return items.some((item, index) => item !== list[index]) ? items : list;
}

function normaliseObject(object: PythonObject, rules: Normalisation, isRoot: boolean): PythonObject {
  const dropsProject = rules.providerDetails && isRoot;
  const members = Object.entries(object).map(([key, member]): [string, PythonValue] => {
    const value = normalise(member, rules, false);
    const isExtra = dropsProject && (key === 'extra_body' || key === 'extra_query');
    return [key, isExtra && isPythonObject(value) ? without(value, 'project_id') : value];
  });
  return members.some(([key, value]) => value !== object[key]) ? Object.fromEntries(members) : object;
}

function normaliseText(text: string, rules: Normalisation): string {
  return roundDecimals(rules.providerDetails ? withoutSearchDetails(text) : text);
}

function withoutSearchDetails(text: string): string {
  return withoutAttributes(text.replace(SCORE, 'score: __NORMALIZED__'))
    .replace(DOCUMENT_ID, 'document_id: __NORMALIZED__')
    .replace(CITATION, '<|__NORMALIZED__|>');
}

/** Rewrites decimals of 4 or more places inside a string with 5 places. */
function roundDecimals(text: string): string {
  return text.replace(LONG_DECIMAL, (decimal) => fixedText(Number(asciiDigits(decimal)), PLACES));
}

/**
 * Python's `float` accepts the digits of any script. Unicode has them in runs of ten, from zero to
 * nine.
 */
function asciiDigits(decimal: string): string {
  return decimal.replace(/[^\x20-\x7e]/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let first = code;
    while (code - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
    // The mathematical digits are five adjacent runs from U+1D7CE.
    return String(code >= 0x1d7ce && code <= 0x1d7ff ? (code - 0x1d7ce) % 10 : code - first);
  });
}

function without(object: PythonObject, key: string): PythonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
