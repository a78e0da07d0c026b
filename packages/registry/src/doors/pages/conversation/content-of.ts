import { MAXIMUM_READ_BYTES } from '../../../recordings/documents/document.js';
import { gunzip, isGzip } from '../../../recordings/documents/gunzip.js';
import { openExchanges } from '../../../recordings/reading/read-exchange.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import type { Conversation } from './conversation.js';
import { readConversation } from './read-conversation.js';

/** A recording's content as a page shows it. */
export interface RecordingContent {
  /** The only call of the file; of a file without a call, its text. Empty for a cassette with calls. */
  conversation: Conversation;
  /** The calls of a cassette, in the order of the file; null for any other file. */
  exchanges: Exchange[] | null;
  /** Why the content cannot be shown as a conversation, or null. */
  problem: string | null;
  /** Whether an admin removed the content; `problem` then says when and why. */
  isPurged: boolean;
  /** The beginning of the file, decompressed and formatted for reading; null when the file is not text. */
  text: { shown: string; cut: number } | null;
}

/** Maximum number of characters of a file that a page shows. */
const MAXIMUM_SHOWN = 64 * 1024;

/** Why a file that is not parsed cannot be shown. */
export const TOO_LARGE = 'too large to show';

/**
 * Parses the bytes of a file. Never throws.
 * @param maximumFile the largest file that is parsed, in bytes after decompression
 */
export function contentOf(bytes: Uint8Array, maximumFile = MAXIMUM_READ_BYTES): RecordingContent {
  const unpacked = isGzip(bytes) ? gunzip(bytes, maximumFile) : { bytes };
  if ('problem' in unpacked) return unread('too large to show, or damaged gzip', null);
  const text = textOf(unpacked.bytes);
  const opened = openExchanges(unpacked.bytes);
  if ('problem' in opened) return unread(opened.problem, text);
  const { isCassette, exchanges } = opened;
  const [first] = exchanges;
  if (first === undefined) return { ...unread(null, text), exchanges };
  return {
    ...unread(null, null),
    ...(isCassette ? { exchanges } : { conversation: readConversation(first) }),
    text: text === null ? null : bounded(formatFile(text)),
  };
}

/** A file that is not a conversation is shown as text. */
export function unread(problem: string | null, text: string | null): RecordingContent {
  const answer = text === null ? [] : [{ who: 'file', parts: [{ kind: 'data' as const, name: '', text }] }];
  return {
    conversation: { prompt: [], settings: [], answer, outcome: [] },
    exchanges: null,
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
