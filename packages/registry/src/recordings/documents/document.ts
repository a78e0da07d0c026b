import type { ParsedJson } from '../json/parse-json.js';

/**
 * Largest file that is parsed, in bytes, before and after decompression. Larger ones are stored and pulled
 * but not parsed, to bound memory.
 */
export const MAXIMUM_READ_BYTES = 32 * 1024 * 1024;

/** How the text of a file is written. */
export type Syntax = 'json' | 'yaml' | 'httprr';

/**
 * A parsed file with its text, for callers that need numbers as written. Only JSON has `members`. Bytes in a
 * value (`!!binary` of YAML) are a `Binary`.
 */
export interface Document extends ParsedJson {
  text: string;
  syntax: Syntax;
  /** Whether the file is compressed; `text` is not. */
  isCompressed: boolean;
}

/** Why a file cannot be parsed, in words that name the position. */
export interface DocumentProblem {
  problem: string;
}
