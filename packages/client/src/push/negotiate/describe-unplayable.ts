import { withCommas } from '../../text/with-commas.js';
import type { Unplayable } from './unplayable.js';

/**
 * Describes them in one line, e.g. `3 recordings will not be found by the recorder: 2 misnamed, 1 in
 * a folder that it does not search`.
 */
export function describeUnplayable({ totalCount, misnamed, outdated, misplaced }: Unplayable): string {
  const causes = [
    [misnamed, 'misnamed'],
    [outdated, 'named for an older version of it'],
    [misplaced, 'in a folder that it does not search'],
  ] as const;
  const parts = causes.filter(([count]) => count > 0).map(([count, what]) => `${withCommas(count)} ${what}`);
  const noun = totalCount === 1 ? 'recording' : 'recordings';
  return `${withCommas(totalCount)} ${noun} will not be found by the recorder: ${parts.join(', ')}`;
}
