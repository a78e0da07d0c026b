import type { PathUse } from '../../../store/uses/last-use-store.js';
import { Day } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';

/** The day on which a run of the default branch last read a recording; nothing when no run has pulled it. */
export function LastUse({ use }: { use: PathUse | undefined }): Markup | null {
  if (use === undefined) return null;
  return use.lastUsedAt === null ? <>never</> : <Day at={use.lastUsedAt} />;
}
