import { contentOf, type RecordingContent } from './content-of.js';

// Runs in a worker thread.

export interface ContentTask {
  bytes: Uint8Array;
  /** As in `contentOf`. */
  maximumFile: number;
}

export function readContent({ bytes, maximumFile }: ContentTask): RecordingContent {
  return contentOf(bytes, maximumFile);
}
