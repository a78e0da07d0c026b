import type { DriftLevel } from '../../vocabulary/level.js';
import type { AnswerShape } from '../../vocabulary/recording.js';

/** How a rule compares two values, when equality is not enough. */
export type Comparison = 'text' | 'arguments' | 'embedding' | 'models';

/**
 * What both values must look like for a rule to apply; otherwise, the next matching rule applies.
 */
export type Condition = 'generated id' | 'time' | 'verdict' | 'redirect' | 'no sources';

export interface Rule {
  name: string;
  shapes: readonly AnswerShape[] | 'any';
  /**
   * Patterns for `Place.shape`: `[]` is any element, `*` any one field, `**` any number of levels.
   */
  paths: readonly string[];
  /** The level of a changed value. */
  level: DriftLevel;
  /**
   * The level of a value that is added, is removed, or changes its type. Default: see
   * `presenceLevel`.
   */
  presence?: DriftLevel;
  /** The name of the value in reports. */
  word: string;
  compare?: Comparison;
  when?: Condition;
}
