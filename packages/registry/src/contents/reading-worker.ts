import { digestOf, type PackedContent, unpack } from '@fixture-registry/protocol';
import { readRecording } from '../recordings/read-recording.js';
import type { Reading } from '../recordings/recording.js';

/** What a received content turned out to be, or why it is not taken. */
export type ReadContent = { digest: string; reading: Reading } | { refused: string };

/** Runs in a thread of its own: unpacks a content, checks it and reads what it says. */
export default function readContent(packed: PackedContent): ReadContent {
  let content: Uint8Array;
  try {
    content = unpack(packed);
  } catch (error) {
    return { refused: (error as Error).message };
  }
  return { digest: digestOf(content), reading: readRecording(content) };
}
