import type { DriftFigures } from '../check-comment.js';

/** The repository and pull request that the demo uses. Folders are absolute paths. */
export interface Subject extends AsyncDisposable {
  repository: { owner: string; name: string };
  /** Its source, for the first line of the output. */
  title: string;
  /** Writes the files of `main`, including its recordings, into a folder. */
  writeMain(folder: string): Promise<void>;
  pullRequest: { number: number; title: string; branch: string };
  /**
   * Changes the code in a checkout of `main` as the pull request does. The test run writes its recordings.
   */
  writePullRequest(folder: string): Promise<void>;
  /** What the stand-in test run does, in a sentence. */
  testRunIs: string;
  /** The program of the stand-in test run and its arguments. The checkout is added as the last one. */
  testRun: [file: string, ...values: string[]];
  /** Returns what is wrong with the comment or its figures; empty when all is right. */
  check(comment: string, drift: DriftFigures): string[];
}

/** An expected failure: what went wrong and what to do about it. */
export class DemoFailure extends Error {}
