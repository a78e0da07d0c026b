import type { DriftFigures } from '../check-comment.js';

/** What the demo is played on. Folders are absolute paths. */
export interface Subject extends AsyncDisposable {
  repository: { owner: string; name: string };
  /** Where it comes from, for the first line of the output. */
  title: string;
  /** Writes the files of `main`, its recordings too, into a folder. */
  writeMain(folder: string): Promise<void>;
  pullRequest: { number: number; title: string; branch: string };
  /** Changes the code in a checkout of `main` as the pull request does; its recordings come of the test run. */
  writePullRequest(folder: string): Promise<void>;
  /** What the stand-in test run does, in a sentence. */
  testRunIs: string;
  /** The program of the stand-in test run and its arguments; the checkout comes last. */
  testRun: [file: string, ...values: string[]];
  /** What is wrong with the comment or with the figures behind it; empty when it tells what it should. */
  check(comment: string, drift: DriftFigures): string[];
}

/** An expected failure: what went wrong and what to do about it. */
export class DemoFailure extends Error {}
