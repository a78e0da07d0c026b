import type { CommentMode } from '../runner/read-inputs.js';
import { type RenderedComment, renderComment } from './comment-body.js';
import type { CommentThread } from './comment-thread.js';
import type { Report } from './drift-report.js';

/** Limit on rewrites while other jobs keep pushing or commenting. */
const MAX_ROUNDS = 20;

export interface CommentResult {
  /** The newest report that was fetched; null when the registry has none. */
  report: Report | null;
  /** URL of the comment; null when there is none. */
  commentUrl: string | null;
  /** Why the comment could not be written. */
  problem: string | null;
}

/**
 * Keeps one comment with the newest report on a pull request. The jobs of a matrix do this at the same
 * time, so a slow job could overwrite a newer comment. Each job therefore fetches the report again
 * after its write, and writes again if the report has changed: the last writer always checks after its
 * write, so the newest report wins.
 * @param fetchNote returns one more line of markdown for the comment; null for none
 */
export async function upsertComment(
  thread: CommentThread,
  { mode, fork }: { mode: CommentMode; fork: string | null },
  fetchReport: () => Promise<Report | null>,
  fetchNote: () => Promise<string | null> = async () => null,
): Promise<CommentResult> {
  let report = await fetchReport();
  if (report === null || mode === 'never') return { report, commentUrl: null, problem: null };
  let commentUrl: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Of the registry, as the report: a job of a matrix knows only its own push.
    const note = await fetchNote();
    try {
      commentUrl = await writeOldest(thread, renderComment(report, mode, fork, note));
    } catch (error) {
      return { report, commentUrl: null, problem: thread.explain(error) };
    }
    if (commentUrl === null) break;
    const written: string = reportVersion(report);
    report = (await fetchReport()) ?? report;
    if (reportVersion(report) === written) break;
  }
  return { report, commentUrl, problem: null };
}

/** Changes with the recordings, with what a reviewer accepted of them, and with what a run read. */
function reportVersion(report: Report): string {
  return `${report.head.id} ${report.unaccepted} ${report.unread}`;
}

/**
 * Leaves exactly one comment, the oldest, with this text. Two jobs that find none both create one; both
 * then list the comments again and keep the same one.
 * @returns its URL; null when there is none and the mode creates none
 */
async function writeOldest(thread: CommentThread, rendered: RenderedComment): Promise<string | null> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let ours = await thread.ours();
    if (ours.length === 0) {
      if (!rendered.createIfAbsent) return null;
      const created = await thread.create(rendered.body);
      ours = await thread.ours();
      // GitHub's list may lag behind a write.
      if (ours.length === 0) return created.url;
    }
    const [kept, ...duplicates] = ours;
    if (kept === undefined) continue;
    for (const duplicate of duplicates) await thread.remove(duplicate.id);
    if (kept.body === rendered.body) return kept.url;
    const updated = await thread.update(kept.id, rendered.body);
    if (updated !== null) return updated.url;
    // Deleted between the list and the update: list again.
  }
  throw new Error('the comment was deleted repeatedly while the action was writing it');
}
