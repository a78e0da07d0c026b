import { digestOf, type PackedContent, unpack } from '@fixture-registry/protocol';
import { openRecording } from '../recordings/open-recording.js';
import { readingOf } from '../recordings/read-recording.js';
import type { Reading } from '../recordings/recording.js';
import { findSecrets } from '../secrets/find-secrets.js';
import { type Redaction, redact } from '../secrets/redact.js';
import type { SecretFinding } from '../secrets/secret-finding.js';

/** What a received content turned out to be, or why it is not taken. */
export type ReadContent =
  | { digest: string; reading: Reading; findings: SecretFinding[] }
  | { refused: string };

/** Runs in a thread of its own: unpacks a content, checks it, reads what it says and looks for secrets in it. */
export default function readContent(packed: PackedContent): ReadContent {
  let content: Uint8Array;
  try {
    content = unpack(packed);
  } catch (error) {
    return { refused: (error as Error).message };
  }
  const opened = openRecording(content);
  return { digest: digestOf(content), reading: readingOf(opened), findings: findSecrets(content, opened) };
}

/** Runs there too: takes the secrets out of a content. */
export function redactContent({
  packed,
  repositoryId,
}: RedactionTask): ({ digest: string } & Redaction) | { refused: string } {
  try {
    const content = unpack(packed);
    return { digest: digestOf(content), ...redact(content, repositoryId) };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

export interface RedactionTask {
  packed: PackedContent;
  repositoryId: number;
}
