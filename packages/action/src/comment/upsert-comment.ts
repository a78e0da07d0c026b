import type { CommentMode } from '../runner/read-inputs.js';
import { type RenderedComment, renderComment } from './comment-body.js';
import type { CommentThread } from './comment-thread.js';
import type { Report } from './drift-report.js';

/** How often a comment is written again because other jobs push or comment meanwhile. */
const MAX_ROUNDS = 20;

export interface CommentResult {
  /** The newest report that was read. */
  report: Report | null;
  /** Null: there is no comment. */
  commentUrl: string | null;
  /** Why the comment could not be written. */
  problem: string | null;
}

/**
 * Tells a pull request what its recordings amount to, in one comment. Jobs of a matrix do this at the same time, each after
 * its own push, so a slow job could overwrite the newer words of a quick one. Hence after each write the report is asked for again, and where the
 * pull request has moved on the comment is written again: the last writer always looks after its write, so the last state wins.
 */
export async function upsertComment(
  thread: CommentThread,
  { mode, fork }: { mode: CommentMode; fork: string | null },
  fetchReport: () => Promise<Report | null>,
): Promise<CommentResult> {
  let report = await fetchReport();
  if (report === null || mode === 'never') return { report, commentUrl: null, problem: null };
  let commentUrl: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    try {
      commentUrl = await upsert(thread, renderComment(report, mode, fork));
    } catch (error) {
      return { report, commentUrl: null, problem: thread.explain(error) };
    }
    if (commentUrl === null) break;
    const told: string = reportVersion(report);
    report = (await fetchReport()) ?? report;
    if (reportVersion(report) === told) break;
  }
  return { report, commentUrl, problem: null };
}

/** What is to be told again when it moves on: the recordings, or what a reviewer accepted of them. */
function reportVersion(report: Report): string {
  return `${report.head.id} ${report.unaccepted}`;
}

/**
 * Leaves exactly one comment of ours with these words: the oldest. Two jobs that both found none both create one; each then looks
 * again, and both agree on which to keep.
 * @returns its address; null: there is none and none was wanted
 */
async function upsert(thread: CommentThread, wanted: RenderedComment): Promise<string | null> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let ours = await thread.ours();
    if (ours.length === 0) {
      if (!wanted.createIfAbsent) return null;
      const created = await thread.create(wanted.body);
      ours = await thread.ours();
      // A list that is read right after a write may lag behind it.
      if (ours.length === 0) return created.url;
    }
    const [kept, ...duplicates] = ours;
    if (kept === undefined) continue;
    for (const duplicate of duplicates) await thread.remove(duplicate.id);
    if (kept.body === wanted.body) return kept.url;
    const updated = await thread.update(kept.id, wanted.body);
    if (updated !== null) return updated.url;
    // Somebody deleted it between our look and our write: look again.
  }
  throw new Error('the comment was deleted again and again while it was being written');
}
