import type { RemovedUnread } from '@fixture-registry/client/push';
import { type Folding, folded } from './folded.js';

/** What a push removed because runs do not read it, what it kept, and why it removed nothing. */
export function unreadLines({ removed, kept, nothing }: RemovedUnread, folding: Folding): string[] {
  return [
    ...folded(
      removed.map(({ words }) => `removed ${words}`),
      folding,
    ),
    ...folded(
      kept.map(({ path, reason }) => `kept ${path}: ${reason}`),
      folding,
    ),
    ...(nothing === null ? [] : [`no unread recording was removed: ${nothing}`]),
  ];
}
