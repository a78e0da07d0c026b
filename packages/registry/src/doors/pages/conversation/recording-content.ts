import { MAXIMUM_READ_BYTES } from '../../../recordings/documents/document.js';
import { readExchange } from '../../../recordings/reading/read-exchange.js';
import { type ContentSource, contentsByDigest } from '../../../store/contents/load-contents.js';
import { describePurge, type Purge } from '../../../store/purged/purge.js';
import { purgesAmong } from '../../../store/purged/purge-store.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import type { Conversation } from './conversation.js';
import { readConversation } from './read-conversation.js';

/** A recording's content as a page shows it. */
export interface RecordingContent {
  conversation: Conversation;
  /** Why the content cannot be shown as a conversation, or null. */
  problem: string | null;
  /** Whether an admin removed the content; `problem` then says when and why. */
  isPurged: boolean;
  /** The beginning of the file, formatted for reading; null when the file is not text. */
  text: { shown: string; cut: number } | null;
}

/** Maximum number of characters of a file that a page shows. */
const MAXIMUM_SHOWN = 64 * 1024;

/** Reads the contents of recordings, in their order. All contents are loaded with one query. */
export async function readContents(source: ContentSource, rows: RecordingRow[]): Promise<RecordingContent[]> {
  const readable = rows.filter(({ size }) => size <= MAXIMUM_READ_BYTES);
  const [first] = readable;
  const digests = readable.map(({ digest }) => digest);
  const contents = first ? await contentsByDigest(source, first.repositoryId, digests) : new Map();
  const absent = rows.filter(({ digest }) => !contents.has(digest));
  // A content can be purged after its row was read.
  const purges =
    first && absent.length > 0
      ? await purgesAmong(
          source.db,
          first.repositoryId,
          absent.map(({ digest }) => digest),
        )
      : new Map<string, Purge>();
  return rows.map(({ digest, purged }) =>
    contentOf(contents.get(digest) ?? null, purged ?? purges.get(digest) ?? null),
  );
}

function contentOf(bytes: Uint8Array | null, purge: Purge | null): RecordingContent {
  if (purge !== null) return { ...unread(`The content was ${describePurge(purge)}.`, null), isPurged: true };
  if (bytes === null) return unread('too large to show', null);
  const text = textOf(bytes);
  const exchange = readExchange(bytes);
  if ('problem' in exchange) return unread(exchange.problem, text);
  return {
    conversation: readConversation(exchange),
    problem: null,
    isPurged: false,
    text: text === null ? null : bounded(formatFile(text)),
  };
}

/** A file that is not a conversation is shown as text. */
function unread(problem: string, text: string | null): RecordingContent {
  const answer = text === null ? [] : [{ who: 'file', parts: [{ kind: 'data' as const, name: '', text }] }];
  return {
    conversation: { prompt: [], settings: [], answer, outcome: [] },
    problem,
    isPurged: false,
    text: text === null ? null : bounded(text),
  };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Formats a file that is a single line of JSON. A file with line breaks stays as it is. */
function formatFile(text: string): string {
  if (text.trim().includes('\n')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function bounded(text: string): { shown: string; cut: number } {
  return { shown: text.slice(0, MAXIMUM_SHOWN), cut: Math.max(0, text.length - MAXIMUM_SHOWN) };
}
