import { withCommas } from '../../text/with-commas.js';
import type { PossibleSecrets } from './possible-secrets.js';

/** Maximum kinds in the line, and places below it. */
const MAX_KINDS = 3;
const MAX_PLACES = 5;

/**
 * Describes them in one line, e.g. `2 recordings may contain a secret: 3 × URL parameter sig, 1 × field token`.
 */
export function describePossibleSecrets({ fileCount, kinds }: PossibleSecrets): string {
  const noun = fileCount === 1 ? 'recording' : 'recordings';
  const named = kinds.slice(0, MAX_KINDS).map(({ kind, count }) => `${withCommas(count)} × ${kind}`);
  const more = kinds.length - named.length;
  if (more > 0) named.push(`${withCommas(more)} more ${more === 1 ? 'kind' : 'kinds'}`);
  return `${withCommas(fileCount)} ${noun} may contain a secret: ${named.join(', ')}`;
}

/** The first places, one line each, then how many more there are. */
export function possibleSecretPlaces({ totalCount, findings }: PossibleSecrets): string[] {
  const lines = findings
    .slice(0, MAX_PLACES)
    .map(({ path, kind, place, masked }) => `${path}: ${kind} at ${place}: ${masked}`);
  const more = totalCount - lines.length;
  return more > 0 ? [...lines, `… and ${withCommas(more)} more`] : lines;
}

/** What to do about them. */
export const POSSIBLE_SECRETS_HINT =
  'They were pushed. If one is a secret, revoke it and record again; otherwise allow it under `secrets` in ' +
  '.github/fixtures.yml of the base branch (docs/secrets.md of Fixture Registry).';
