import type { JsonValue } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import type { Document } from '../documents/document.js';
import type { RequestHash } from '../hash/request-hash.js';

/**
 * A file format of a recorder. One file of this folder per format; everything else uses
 * `RecordedCall`.
 */
export interface RecordingFormat {
  name: string;
  /** Whether a file holds any number of calls. Otherwise the file is one call. */
  isCassette: boolean;
  matches(document: Document): boolean;
  /**
   * The calls in the order of the file. Never throws; leaves out what is no call. Making calls one by one
   * bounds the memory for a file with more calls than are read.
   */
  read(document: Document): Iterable<RecordedCall>;
  /** What the file holds besides calls, such as messages of a gRPC session: a test may replay it. */
  otherInteractions?(document: Document): JsonValue[];
  /**
   * The hashes by which the known versions of the recorder look up the call, of the recorded test or another
   * one; newest version first. Empty when the recorder does not look up calls by a hash in the file name.
   */
  hashesByVersion(document: Document, testId?: string | null): RequestHash[];
}
