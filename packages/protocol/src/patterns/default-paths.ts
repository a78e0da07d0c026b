import { expandBraces } from './path-pattern-syntax.js';

/** Where recordings are unless the user or the settings file says otherwise, as written for people. */
export const DEFAULT_PATHS: readonly string[] = [
  '**/recordings/**/*.json',
  '**/cassettes/**/*.{yaml,yml,yaml.gz,json}',
  '**/vcr_cassettes/**/*.yml',
  '**/*.har',
];

/** `DEFAULT_PATHS` with `{a,b}` expanded, as `pathPattern` reads them. */
export const DEFAULT_PATTERNS: readonly string[] = DEFAULT_PATHS.flatMap(
  (pattern) => expandBraces(pattern) ?? [],
);
