import { SETTINGS_PATH } from '../../store/settings/settings.js';
import { count } from '../../vocabulary/words.js';

/** How much the repository's settings leave out of a report; null when nothing. */
export function describeIgnored(ignored: number): string | null {
  if (ignored === 0) return null;
  return `${count(ignored, 'difference')} ignored by \`${SETTINGS_PATH}\` of the base branch.`;
}
