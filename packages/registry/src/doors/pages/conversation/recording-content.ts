import { MAXIMUM_READ_BYTES } from '../../../recordings/json/open-document.js';
import { readExchange } from '../../../recordings/reading/read-exchange.js';
import { type ContentSource, contentsByDigest } from '../../../store/contents/load-contents.js';
import { describePurge, type Purge } from '../../../store/purged/purge.js';
import { purgesAmong } from '../../../store/purged/purge-store.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import { conversationOf } from './conversation.js';
import type { Conversation } from './spoken.js';

/** A recording's content as a page shows it. */
export interface RecordingContent {
  conversation: Conversation;
  /** Why it is no conversation, or null. */
  problem: string | null;
  /** Whether there is none, because an admin removed it; `problem` says when and why then. */
  isPurged: boolean;
  /** The file laid out for reading, its beginning; null when it is no text. */
  text: { shown: string; cut: number } | null;
}

/** Characters of a file that a page shows. */
const SHOWN = 64 * 1024;

/** Reads the contents of recordings, in their order; the bytes are fetched together. */
export async function readContents(source: ContentSource, rows: RecordingRow[]): Promise<RecordingContent[]> {
  const readable = rows.filter(({ size }) => size <= MAXIMUM_READ_BYTES);
  const [first] = readable;
  const digests = readable.map(({ digest }) => digest);
  const contents = first ? await contentsByDigest(source, first.repositoryId, digests) : new Map();
  const absent = rows.filter(({ digest }) => !contents.has(digest));
  // Also those that were purged since their rows were read.
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
  if (bytes === null) return unread('too large to be shown', null);
  const text = textOf(bytes);
  const exchange = readExchange(bytes);
  if ('problem' in exchange) return unread(exchange.problem, text);
  const laidOut = text === null ? null : layOutFile(text);
  return {
    conversation: conversationOf(exchange),
    problem: null,
    isPurged: false,
    text: laidOut === null ? null : bounded(laidOut),
  };
}

/** What is no conversation is shown as the file that it is. */
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

/** A file on one line is laid out; one that has lines already stays as it was written. */
function layOutFile(text: string): string {
  if (text.trim().includes('\n')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function bounded(text: string): { shown: string; cut: number } {
  return { shown: text.slice(0, SHOWN), cut: Math.max(0, text.length - SHOWN) };
}
