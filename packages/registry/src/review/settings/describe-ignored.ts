import { SETTINGS_PATH } from '../../store/settings/settings.js';
import { count } from '../../vocabulary/words.js';

/** A note about differences that the settings ignore; null when there are none. */
export function describeIgnored(ignored: number): string | null {
  if (ignored === 0) return null;
  return `${count(ignored, 'difference')} ignored by \`${SETTINGS_PATH}\` of the base branch.`;
}
